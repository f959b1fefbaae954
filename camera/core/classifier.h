#ifndef SHOPCAM_CORE_CLASSIFIER_H_
#define SHOPCAM_CORE_CLASSIFIER_H_

#include <string>
#include <vector>

#include "core/pixels.h"
#include "core/status.h"

namespace shopcam {

// Where the model is and how it is asked.
struct ModelSpec {
  std::string file;
  bool memory_mapped = false;
  std::string input_node;
  std::string output_node;
  // Where several views of one product are averaged, and the node that is asked
  // after that; both empty where the card names none.
  std::string feature_node;
  std::string head_node;
  InputSpec input;
};

// A loaded network, whatever runs it.
class Classifier {
 public:
  virtual ~Classifier() = default;

  // Fills `scores`, one per class, for a tensor that FrameToTensor made.
  virtual Status Classify(const std::vector<float>& tensor,
                          std::vector<float>* scores) = 0;

  // Fills `features` with the flat feature map of one view. An error where the
  // model spec names no feature node.
  virtual Status Features(const std::vector<float>& tensor,
                          std::vector<float>* features) = 0;

  // Fills `scores`, one per class, for a feature map: an average of what
  // Features gave before.
  virtual Status ClassifyFeatures(const std::vector<float>& features,
                                  std::vector<float>* scores) = 0;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_CLASSIFIER_H_
