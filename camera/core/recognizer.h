#ifndef SHOPCAM_CORE_RECOGNIZER_H_
#define SHOPCAM_CORE_RECOGNIZER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/classifier.h"
#include "core/labels.h"
#include "core/pixels.h"
#include "core/ranking.h"
#include "core/status.h"

namespace shopcam {

// What the app is made for: the model card's side of it.
struct Settings {
  ModelSpec model;
  std::string labels_file;
  std::string shop_search_url;
  // The shop is offered from this smoothed score on.
  float minimum_confidence = 0.0f;
  bool untrained = false;
};

// One line of the screen.
struct Recognition {
  Label label;
  float confidence = 0.0f;
  // Empty below the minimum confidence.
  std::string shop_url;
};

// Frames in, recognitions out. Not thread-safe: one queue owns it.
class Recognizer {
 public:
  // Lines on the screen at most.
  static constexpr size_t kShown = 5;

  Recognizer(Settings settings, std::unique_ptr<Classifier> classifier)
      : settings_(std::move(settings)), classifier_(std::move(classifier)) {}

  // Reads the labels and asks the model once, which shows that it runs, counts
  // its classes and brings mapped weights into memory.
  Status Prepare();

  // Fills `shown` with the best classes over the last frames, best first.
  Status Recognize(const Frame& frame, std::vector<Recognition>* shown);

 private:
  Settings settings_;
  std::unique_ptr<Classifier> classifier_;
  std::vector<Label> labels_;
  std::vector<float> tensor_;
  std::vector<float> scores_;
  Smoother smoother_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_RECOGNIZER_H_
