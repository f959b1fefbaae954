#include "core/recognizer.h"

#include "core/shop_url.h"

namespace shopcam {

constexpr size_t Recognizer::kShown;

Status Recognizer::Prepare() {
  const Status read = ReadLabels(settings_.labels_file, &labels_);
  if (!read.ok()) return read;
  const std::vector<float> blank(settings_.model.input.size(), 0.0f);
  const Status asked = classifier_->Classify(blank, &scores_);
  if (!asked.ok()) return asked;
  return CheckLabelCount(labels_, scores_.size());
}

Status Recognizer::Recognize(const Frame& frame,
                             std::vector<Recognition>* shown) {
  const Status filled = FrameToTensor(frame, settings_.model.input, &tensor_);
  if (!filled.ok()) return filled;
  const Status asked = classifier_->Classify(tensor_, &scores_);
  if (!asked.ok()) return asked;
  const Status counted = CheckLabelCount(labels_, scores_.size());
  if (!counted.ok()) return counted;
  smoother_.Add(scores_);
  shown->clear();
  for (const Score& score :
       TopScores(smoother_.values(), kShown, Smoother::kShown)) {
    Recognition recognition;
    recognition.label = labels_[score.index];
    recognition.confidence = score.value;
    if (score.value >= settings_.minimum_confidence) {
      recognition.shop_url =
          ShopUrl(settings_.shop_search_url, recognition.label.name);
    }
    shown->push_back(recognition);
  }
  return Status();
}

}  // namespace shopcam
