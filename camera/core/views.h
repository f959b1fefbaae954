#ifndef SHOPCAM_CORE_VIEWS_H_
#define SHOPCAM_CORE_VIEWS_H_

#include <cstddef>
#include <vector>

#include "core/classifier.h"
#include "core/status.h"

namespace shopcam {

// As many pictures as Cdiscount shows of one product.
constexpr size_t kMostViews = 4;

// Fills `scores`, one per class, for 1 to kMostViews views of one product. One
// view is classified as it is; the feature maps of several are averaged in
// float, summed in the order of the views, before the model's head is asked.
Status ClassifyViews(Classifier* classifier,
                     const std::vector<std::vector<float>>& tensors,
                     std::vector<float>* scores);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_VIEWS_H_
