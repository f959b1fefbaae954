// Loads a bundle's model in a real TensorFlow runtime as the app does, and
// answers a frame.
//
// Question: model, 1 for memory-mapped, input node, output node, the input's
// width and height, the label table, one frame's width, height, bytes per row
// and bytes.
// Answer: the message of an error, the scores, the name that is shown first.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/recognizer.h"
#include "core/tensorflow_classifier.h"
#include "records.h"

namespace {

void Answer(const shopcam::Settings& settings, const shopcam::Frame& frame) {
  std::unique_ptr<shopcam::Classifier> classifier;
  std::vector<float> tensor;
  std::vector<float> scores;
  shopcam::Status status =
      shopcam::OpenTensorFlowClassifier(settings.model, &classifier);
  if (status.ok()) {
    status = shopcam::FrameToTensor(frame, settings.model.input, &tensor);
  }
  if (status.ok()) status = classifier->Classify(tensor, &scores);
  std::vector<shopcam::Recognition> shown;
  if (status.ok()) {
    shopcam::Recognizer recognizer(settings, std::move(classifier));
    status = recognizer.Prepare();
    if (status.ok()) status = recognizer.Recognize(frame, &shown);
  }
  WriteText(status.message());
  WriteFloats(scores);
  WriteText(shown.empty() ? "" : shown[0].label.name);
}

}  // namespace

int main() {
  shopcam::Settings settings;
  shopcam::ModelSpec& model = settings.model;
  int32_t size[2];
  int32_t shape[3];
  std::string bytes;
  while (ReadText(&model.file)) {
    int32_t mapped = 0;
    ReadInt(&mapped);
    model.memory_mapped = mapped != 0;
    ReadText(&model.input_node);
    ReadText(&model.output_node);
    ReadBytes(size, sizeof(size));
    model.input.width = size[0];
    model.input.height = size[1];
    ReadText(&settings.labels_file);
    ReadBytes(shape, sizeof(shape));
    ReadText(&bytes);
    shopcam::Frame frame;
    frame.bytes = reinterpret_cast<const uint8_t*>(bytes.data());
    frame.width = shape[0];
    frame.height = shape[1];
    frame.bytes_per_row = static_cast<size_t>(shape[2]);
    Answer(settings, frame);
  }
  return 0;
}
