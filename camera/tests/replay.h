#ifndef SHOPCAM_TESTS_REPLAY_H_
#define SHOPCAM_TESTS_REPLAY_H_

#include <cstddef>
#include <string>

#include "core/classifier.h"
#include "core/pixels.h"
#include "core/status.h"

namespace shopcam {

// How far a model's answers are from the recorded ones.
struct ReplayResult {
  size_t questions = 0;
  float largest_difference = 0.0f;
  // Questions whose best class is the recorded one.
  size_t top1_agreed = 0;
  // The name of the question that differs most, empty where none differs.
  std::string worst;
  // What the record asks for; below 0 where it asks for nothing.
  double max_abs_diff = -1.0;
  double top1_agreement = -1.0;

  // Whether the answers are as near as the record asks for.
  bool within() const;
};

// Asks `classifier` the questions of probes.txt in `folder` and compares its
// scores with the recorded ones. After an error `result` is empty.
//
// probes.txt is a table (core/table.h). Its first line has five columns:
// `shopcam-probes 1`, `max_abs_diff`, a number, `top1_agreement`, a number; `-`
// in place of a number asks for nothing. Then one line per question: its name,
// its scores' file, and for each of 1 to 4 views the frame's file, width,
// height and bytes per row. Frames are raw rows of B, G, R, A, upright; scores
// raw little-endian floats, one per class. Files lie in `folder` itself.
Status ReplayProbes(const std::string& folder, Classifier* classifier,
                    const InputSpec& input, ReplayResult* result);

}  // namespace shopcam

#endif  // SHOPCAM_TESTS_REPLAY_H_
