// Loads a bundle's model in a real TensorFlow runtime as the app does, and
// answers pictures.
//
// A question is a Verb and what stands at its function; the answer begins with
// the message of an error.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/recognizer.h"
#include "core/tensorflow_classifier.h"
#include "core/views.h"
#include "records.h"
#include "tests/replay.h"

namespace {

using shopcam::Status;

enum Verb : int32_t { kOpen, kViews, kFeatures, kReplay };

// What was opened last. The recognizer owns the classifier.
shopcam::InputSpec input;
shopcam::Classifier* classifier = nullptr;
std::unique_ptr<shopcam::Recognizer> recognizer;

// Question: the model, 1 for memory-mapped, the nodes for input, output,
// features and head, the input's width, height and channels, 1 for BGR, three
// means, three stds, the label table.
void Open() {
  shopcam::Settings settings;
  shopcam::ModelSpec& model = settings.model;
  int32_t mapped = 0;
  int32_t bgr = 0;
  ReadText(&model.file);
  ReadInt(&mapped);
  ReadText(&model.input_node);
  ReadText(&model.output_node);
  ReadText(&model.feature_node);
  ReadText(&model.head_node);
  ReadInt(&model.input.width);
  ReadInt(&model.input.height);
  ReadInt(&model.input.channels);
  ReadInt(&bgr);
  ReadBytes(model.input.mean.data(), sizeof(model.input.mean));
  ReadBytes(model.input.std.data(), sizeof(model.input.std));
  ReadText(&settings.labels_file);
  model.memory_mapped = mapped != 0;
  if (bgr) model.input.order = shopcam::ChannelOrder::kBgr;
  input = model.input;
  std::unique_ptr<shopcam::Classifier> opened;
  Status status = shopcam::OpenTensorFlowClassifier(model, &opened);
  classifier = opened.get();
  recognizer.reset();
  if (status.ok()) {
    recognizer.reset(new shopcam::Recognizer(settings, std::move(opened)));
    status = recognizer->Prepare();
  }
  WriteText(status.message());
}

struct Views {
  std::vector<std::string> bytes;
  std::vector<shopcam::Frame> frames;
};

void ReadViews(Views* views) {
  int32_t count = 0;
  ReadInt(&count);
  views->bytes.resize(static_cast<size_t>(count));
  views->frames.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < views->frames.size(); ++i) {
    int32_t head[4];
    ReadBytes(head, sizeof(head));
    ReadText(&views->bytes[i]);
    shopcam::Frame& frame = views->frames[i];
    frame.bytes = reinterpret_cast<const uint8_t*>(views->bytes[i].data());
    frame.width = head[0];
    frame.height = head[1];
    frame.bytes_per_row = static_cast<size_t>(head[2]);
    frame.orientation = static_cast<shopcam::Orientation>(head[3]);
  }
}

Status ScoresOf(const Views& views, std::vector<float>* scores) {
  std::vector<std::vector<float>> tensors(views.frames.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Status filled =
        shopcam::FrameToTensor(views.frames[i], input, &tensors[i]);
    if (!filled.ok()) return filled;
  }
  return shopcam::ClassifyViews(classifier, tensors, scores);
}

// Question: the number of views and of each its width, height, bytes per row,
// orientation and bytes. Answer: the scores, the name that is shown first for
// the views, and the one for the first as the first frame of a camera.
void Ask() {
  Views views;
  ReadViews(&views);
  std::vector<float> scores;
  shopcam::Answer pictures;
  shopcam::Answer live;
  Status status = ScoresOf(views, &scores);
  if (status.ok()) status = recognizer->RecognizeViews(views.frames, &pictures);
  recognizer->Reset();
  if (status.ok()) status = recognizer->Recognize(views.frames[0], &live);
  WriteText(status.message());
  WriteFloats(scores);
  WriteText(pictures.shown.empty() ? "" : pictures.shown[0].label.name);
  WriteText(live.shown.empty() ? "" : live.shown[0].label.name);
}

// Question: a feature map. Answer: the scores.
void AskFeatures() {
  std::vector<float> features;
  std::vector<float> scores;
  ReadFloats(&features);
  WriteText(classifier->ClassifyFeatures(features, &scores).message());
  WriteFloats(scores);
}

// Question: a folder of probes. Answer: the number of questions and whether
// all is within the tolerance.
void Replay() {
  std::string folder;
  ReadText(&folder);
  shopcam::ReplayResult result;
  const Status status =
      shopcam::ReplayProbes(folder, classifier, input, &result);
  WriteText(status.message());
  WriteInt(result.questions);
  WriteInt(result.within());
}

}  // namespace

int main() {
  int32_t verb = 0;
  while (ReadInt(&verb)) {
    if (verb == kOpen) Open();
    if (verb == kViews) Ask();
    if (verb == kFeatures) AskFeatures();
    if (verb == kReplay) Replay();
  }
  return 0;
}
