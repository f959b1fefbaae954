#ifndef SHOPCAM_CORE_TENSORFLOW_CLASSIFIER_H_
#define SHOPCAM_CORE_TENSORFLOW_CLASSIFIER_H_

#include <memory>

#include "core/classifier.h"

namespace shopcam {

// Loads a GraphDef, frozen or memory-mapped, into TensorFlow Mobile. Takes
// seconds for a large model: not for the main thread.
Status OpenTensorFlowClassifier(const ModelSpec& model,
                                std::unique_ptr<Classifier>* classifier);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_TENSORFLOW_CLASSIFIER_H_
