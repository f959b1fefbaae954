#include "core/recognizer.h"

#include <algorithm>
#include <cmath>

#include "core/shop_url.h"
#include "core/views.h"

namespace shopcam {

constexpr size_t Recognizer::kShown;

Status Recognizer::Prepare() {
  const Status read = ReadLabels(settings_.labels_file, &labels_);
  if (!read.ok()) return read;
  hierarchy_ = Hierarchy(labels_);
  const std::vector<float> blank(settings_.model.input.size(), 0.0f);
  std::vector<std::vector<float>> views;
  do {
    views.push_back(blank);
    const Status asked = ClassifyViews(classifier_.get(), views, &scores_);
    if (!asked.ok()) return asked;
    const Status counted = CheckLabelCount(labels_, scores_.size());
    if (!counted.ok()) return counted;
  } while (averages_views() && views.size() < 2);
  return Status();
}

Status Recognizer::Recognize(const Frame& frame, Answer* answer) {
  *answer = Answer();
  const Status filled = FrameToTensor(frame, settings_.model.input, &tensor_);
  if (!filled.ok()) return filled;
  const Status asked = classifier_->Classify(tensor_, &scores_);
  if (!asked.ok()) return asked;
  const Status checked = CheckScores();
  if (!checked.ok()) return checked;
  smoothed_classes_.Add(scores_);
  smoothed_categories_.Add(hierarchy_.Sums(scores_));
  Fill(smoothed_classes_.values(), smoothed_categories_.values(), answer);
  return Status();
}

Status Recognizer::RecognizeViews(const std::vector<Frame>& views,
                                  Answer* answer) {
  *answer = Answer();
  std::vector<std::vector<float>> tensors;
  for (const Frame& view : views) {
    const Status filled = FrameToTensor(view, settings_.model.input, &tensor_);
    if (!filled.ok()) return filled;
    tensors.push_back(tensor_);
  }
  const Status asked = ClassifyViews(classifier_.get(), tensors, &scores_);
  if (!asked.ok()) return asked;
  const Status checked = CheckScores();
  if (!checked.ok()) return checked;
  Fill(scores_, hierarchy_.Sums(scores_), answer);
  return Status();
}

void Recognizer::Reset() {
  smoothed_classes_.Reset();
  smoothed_categories_.Reset();
}

// NaN has no place in an order, and infinity would never fade from the
// smoothed scores.
Status Recognizer::CheckScores() const {
  const bool finite = std::all_of(scores_.begin(), scores_.end(),
                                  [](float s) { return std::isfinite(s); });
  if (!finite) return Status::Error("The model answers no number.");
  return CheckLabelCount(labels_, scores_.size());
}

void Recognizer::Fill(const std::vector<float>& classes,
                      const std::vector<float>& categories,
                      Answer* answer) const {
  for (const Score& score : TopScores(classes, kShown, Smoother::kShown)) {
    answer->shown.push_back({labels_[score.index], score.value});
  }
  const bool sure = !answer->shown.empty() &&
                    answer->shown[0].confidence >= settings_.minimum_confidence;
  if (sure) {
    OfferClass(answer->shown[0], answer);
  } else {
    OfferCategory(categories, answer);
  }
}

void Recognizer::OfferClass(const Recognition& best, Answer* answer) const {
  answer->has_offer = true;
  answer->offer.name = best.label.name;
  answer->offer.path = best.label.path;
  answer->offer.confidence = best.confidence;
  answer->offer.shop_url = ShopUrl(settings_.shop_search_url, best.label.name);
}

void Recognizer::OfferCategory(const std::vector<float>& sums,
                               Answer* answer) const {
  const size_t category =
      hierarchy_.Deepest(sums, settings_.minimum_confidence);
  if (category == Hierarchy::kNone) return;
  answer->has_offer = true;
  answer->offer.name = hierarchy_.categories()[category].name;
  answer->offer.path = hierarchy_.Path(category);
  answer->offer.is_parent = true;
  answer->offer.confidence = sums[category];
  answer->offer.shop_url =
      ShopUrl(settings_.shop_search_url, answer->offer.name);
}

}  // namespace shopcam
