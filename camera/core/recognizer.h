#ifndef SHOPCAM_CORE_RECOGNIZER_H_
#define SHOPCAM_CORE_RECOGNIZER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/classifier.h"
#include "core/hierarchy.h"
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
  // SHA-256 of the model file, hexadecimal.
  std::string model_digest;
  // The card's text, for people.
  std::string card_file;
};

// One line of the screen.
struct Recognition {
  Label label;
  float confidence = 0.0f;
};

// What the shop is offered for: the best class or, where no class reaches the
// minimum confidence, the deepest category above the classes whose sum does.
struct Offer {
  std::string name;
  // All levels from the top, the own name last; just the name, or nothing,
  // for a label without levels.
  std::vector<std::string> path;
  bool is_parent = false;
  float confidence = 0.0f;
  std::string shop_url;
};

struct Answer {
  // Best first, at most Recognizer::kShown, each above Smoother::kShown.
  std::vector<Recognition> shown;
  bool has_offer = false;
  Offer offer;
};

// Frames in, answers out. Not thread-safe: one queue owns it.
class Recognizer {
 public:
  // Lines on the screen at most.
  static constexpr size_t kShown = 5;

  Recognizer(Settings settings, std::unique_ptr<Classifier> classifier)
      : settings_(std::move(settings)), classifier_(std::move(classifier)) {}

  // Reads the labels and asks the model once (and once for two views, where it
  // can average them), which shows that it runs, counts its classes and brings
  // mapped weights into memory.
  Status Prepare();

  // Fills `answer` with the best over the last frames: classes, and sums of
  // categories, are each smoothed.
  Status Recognize(const Frame& frame, Answer* answer);

  // Fills `answer` for 1 to kMostViews pictures of one product, which leave
  // the live frames' smoothing as it is.
  Status RecognizeViews(const std::vector<Frame>& views, Answer* answer);

  // Forgets the frames before: the camera was paused, or turned away.
  void Reset();

  // Whether the model takes several views of one product.
  bool averages_views() const { return !settings_.model.feature_node.empty(); }

  // Exactly what the model was fed last; of several views, the last one.
  const std::vector<float>& tensor() const { return tensor_; }

 private:
  Status CheckScores() const;
  void Fill(const std::vector<float>& classes,
            const std::vector<float>& categories, Answer* answer) const;
  void OfferClass(const Recognition& best, Answer* answer) const;
  void OfferCategory(const std::vector<float>& sums, Answer* answer) const;

  Settings settings_;
  std::unique_ptr<Classifier> classifier_;
  std::vector<Label> labels_;
  Hierarchy hierarchy_;
  std::vector<float> tensor_;
  std::vector<float> scores_;
  Smoother smoothed_classes_;
  Smoother smoothed_categories_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_RECOGNIZER_H_
