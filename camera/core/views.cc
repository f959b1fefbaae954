#include "core/views.h"

#include <string>

namespace shopcam {
namespace {

Status AddFeatures(Classifier* classifier, const std::vector<float>& tensor,
                   std::vector<float>* sum) {
  std::vector<float> features;
  const Status asked = classifier->Features(tensor, &features);
  if (!asked.ok()) return asked;
  if (sum->empty()) sum->assign(features.size(), 0.0f);
  if (features.size() != sum->size()) {
    return Status::Error("The feature maps of two views differ in size.");
  }
  for (size_t i = 0; i < features.size(); ++i) (*sum)[i] += features[i];
  return Status();
}

}  // namespace

Status ClassifyViews(Classifier* classifier,
                     const std::vector<std::vector<float>>& tensors,
                     std::vector<float>* scores) {
  if (tensors.empty() || tensors.size() > kMostViews) {
    return Status::Error("A product has 1 to " + std::to_string(kMostViews) +
                         " views, not " + std::to_string(tensors.size()) + ".");
  }
  if (tensors.size() == 1) return classifier->Classify(tensors[0], scores);
  std::vector<float> average;
  for (const std::vector<float>& tensor : tensors) {
    const Status added = AddFeatures(classifier, tensor, &average);
    if (!added.ok()) return added;
  }
  const float views = static_cast<float>(tensors.size());
  for (float& value : average) value /= views;
  return classifier->ClassifyFeatures(average, scores);
}

}  // namespace shopcam
