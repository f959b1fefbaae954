// The driver's questions to what recognises, with networks that are none.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/recognizer.h"
#include "modes.h"
#include "records.h"
#include "tests/replay.h"

namespace {

using shopcam::Status;

// Black, grey and white, from the top.
const uint8_t kBytes[] = {0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255};

shopcam::Frame BlackGreyWhite() {
  shopcam::Frame frame;
  frame.bytes = kBytes;
  frame.width = 1;
  frame.height = 3;
  frame.bytes_per_row = 4;
  return frame;
}

shopcam::Settings SettingsOf(const std::string& labels_file, float minimum) {
  shopcam::Settings settings;
  settings.labels_file = labels_file;
  settings.shop_search_url = "https://shop.example/?q={query}";
  settings.minimum_confidence = minimum;
  settings.model.input.width = 1;
  settings.model.input.height = 3;
  settings.model.input.channels = 1;
  return settings;
}

void WriteAnswer(const Status& status, const shopcam::Answer& answer) {
  WriteText(status.message());
  WriteInt(answer.shown.size());
  for (const shopcam::Recognition& recognition : answer.shown) {
    WriteText(recognition.label.name);
    WriteFloat(recognition.confidence);
  }
  WriteInt(answer.has_offer);
  WriteText(answer.offer.name);
  WriteTexts(answer.offer.path);
  WriteInt(answer.offer.is_parent);
  WriteFloat(answer.offer.confidence);
  WriteText(answer.offer.shop_url);
}

// Answers with the mean of each third of the tensor, scaled to [0, 1]; these
// are the features of a view, too.
class Thirds : public shopcam::Classifier {
 public:
  Status Classify(const std::vector<float>& tensor,
                  std::vector<float>* scores) override {
    scores->assign(3, 0.0f);
    const size_t third = tensor.size() / 3;
    for (size_t i = 0; i < 3 * third; ++i) {
      (*scores)[i / third] += tensor[i] / (255.0f * static_cast<float>(third));
    }
    return Status();
  }

  Status Features(const std::vector<float>& tensor,
                  std::vector<float>* features) override {
    return Classify(tensor, features);
  }

  Status ClassifyFeatures(const std::vector<float>& features,
                          std::vector<float>* scores) override {
    *scores = features;
    return Status();
  }
};

// Answers what it was told, call after call, whatever it sees.
class Scripted : public shopcam::Classifier {
 public:
  explicit Scripted(std::deque<std::vector<float>>* told) : told_(told) {}

  Status Classify(const std::vector<float>&,
                  std::vector<float>* scores) override {
    if (told_->empty()) return Status::Error("The script has ended.");
    *scores = told_->front();
    told_->pop_front();
    return Status();
  }

  Status Features(const std::vector<float>& tensor,
                  std::vector<float>* features) override {
    return Classify(tensor, features);
  }

  Status ClassifyFeatures(const std::vector<float>& features,
                          std::vector<float>* scores) override {
    *scores = features;
    return Status();
  }

 private:
  std::deque<std::vector<float>>* told_;
};

// One step of a script: 0 resets, 1 shows one frame, and -n shows n views.
Status Step(int32_t kind, shopcam::Recognizer* recognizer,
            shopcam::Answer* answer) {
  if (kind == 0) {
    recognizer->Reset();
    return Status();
  }
  if (kind == 1) return recognizer->Recognize(BlackGreyWhite(), answer);
  const std::vector<shopcam::Frame> views(static_cast<size_t>(-kind),
                                          BlackGreyWhite());
  return recognizer->RecognizeViews(views, answer);
}

}  // namespace

// Question: the path of a label table. Answer: what is seen in a frame whose
// rows are black, grey and white, the tensor that was asked about, and the one
// after two views, the second one upside down.
void BlackToWhite() {
  std::string labels;
  while (ReadText(&labels)) {
    shopcam::Settings settings = SettingsOf(labels, 0.2f);
    settings.model.feature_node = "thirds";
    shopcam::Recognizer recognizer(
        settings, std::unique_ptr<shopcam::Classifier>(new Thirds()));
    Status status = recognizer.Prepare();
    shopcam::Answer answer;
    if (status.ok()) status = recognizer.Recognize(BlackGreyWhite(), &answer);
    WriteAnswer(status, answer);
    WriteFloats(recognizer.tensor());
    std::vector<shopcam::Frame> views(2, BlackGreyWhite());
    views[1].orientation = shopcam::Orientation::kDown;
    recognizer.RecognizeViews(views, &answer);
    WriteFloats(recognizer.tensor());
  }
}

// Question: the path of a label table, the minimum confidence, 1 for a model
// that averages views, the number of preparing answers and those, the number
// of steps, and for each its kind, the number of the model's answers and those.
// Answer: the message of an error in preparing, then of every step what is
// seen.
void Script() {
  std::string labels;
  while (ReadText(&labels)) {
    float minimum = 0.0f;
    int32_t averages = 0;
    ReadNumber(&minimum);
    ReadInt(&averages);
    shopcam::Settings settings = SettingsOf(labels, minimum);
    if (averages) settings.model.feature_node = "features";
    std::deque<std::vector<float>> told;
    const auto read_told = [&told]() {
      int32_t count = 0;
      ReadInt(&count);
      told.resize(static_cast<size_t>(count));
      for (std::vector<float>& scores : told) ReadFloats(&scores);
    };
    shopcam::Recognizer recognizer(
        settings, std::unique_ptr<shopcam::Classifier>(new Scripted(&told)));
    read_told();
    WriteText(recognizer.Prepare().message());
    int32_t steps = 0;
    ReadInt(&steps);
    // One for all steps: what it held before has to go.
    shopcam::Answer answer;
    for (; steps > 0; --steps) {
      int32_t kind = 0;
      ReadInt(&kind);
      read_told();
      const Status status = Step(kind, &recognizer, &answer);
      WriteAnswer(status, answer);
    }
  }
}

// Question: a folder of probes, the input's width and height. Answer: the
// message of an error, and what was found.
void Replay() {
  std::string folder;
  while (ReadText(&folder)) {
    shopcam::InputSpec input;
    ReadInt(&input.width);
    ReadInt(&input.height);
    Thirds thirds;
    shopcam::ReplayResult result;
    const Status status =
        shopcam::ReplayProbes(folder, &thirds, input, &result);
    WriteText(status.message());
    WriteInt(result.questions);
    WriteFloat(result.largest_difference);
    WriteInt(result.top1_agreed);
    WriteText(result.worst);
    WriteNumber(result.max_abs_diff);
    WriteNumber(result.top1_agreement);
    WriteInt(result.within());
  }
}
