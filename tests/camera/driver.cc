// Runs camera/core on what stdin holds and writes its answers to stdout, so
// that pytest can compare them with Python's: one process, many questions.
//
// What is in a question and in an answer stands at each function.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/labels.h"
#include "core/pixels.h"
#include "core/ranking.h"
#include "core/recognizer.h"
#include "core/shop_url.h"
#include "records.h"

namespace {

// Question: width, height, bytes per row, quarter turns clockwise, the input's
// width, height, channels, 1 for BGR, 3 means, 3 stds, the frame's bytes.
// Answer: the message of an error, the tensor.
void Pixels() {
  int32_t head[8];
  shopcam::InputSpec input;
  std::string bytes;
  while (ReadBytes(head, sizeof(head))) {
    ReadBytes(input.mean.data(), sizeof(input.mean));
    ReadBytes(input.std.data(), sizeof(input.std));
    ReadText(&bytes);
    // An exact copy on the heap, so that a sanitizer sees a byte too far.
    const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
    shopcam::Frame frame;
    frame.bytes = exact.empty() ? nullptr : exact.data();
    frame.width = head[0];
    frame.height = head[1];
    frame.bytes_per_row = static_cast<size_t>(head[2]);
    frame.rotation = static_cast<shopcam::Rotation>(head[3]);
    input.width = head[4];
    input.height = head[5];
    input.channels = head[6];
    input.order =
        head[7] ? shopcam::ChannelOrder::kBgr : shopcam::ChannelOrder::kRgb;
    std::vector<float> tensor;
    const shopcam::Status status =
        shopcam::FrameToTensor(frame, input, &tensor);
    WriteText(status.message());
    WriteFloats(tensor);
  }
}

// Question: the scores of the next frame. Answer: the smoothed scores, the
// number of shown classes, and for each its index and value.
void Smoothing() {
  shopcam::Smoother smoother;
  int32_t more = 0;
  std::vector<float> scores;
  while (ReadInt(&more)) {
    ReadFloats(&scores);
    smoother.Add(scores);
    WriteFloats(smoother.values());
    const std::vector<shopcam::Score> shown =
        shopcam::TopScores(smoother.values(), 5, shopcam::Smoother::kShown);
    WriteInt(shown.size());
    for (const shopcam::Score& score : shown) {
      WriteInt(score.index);
      WriteFloat(score.value);
    }
  }
}

// Question: a label table. Answer: the message of an error, the number of
// labels, and for each its name, id, number of levels and levels.
void Labels() {
  std::string text;
  while (ReadText(&text)) {
    std::vector<shopcam::Label> labels;
    const shopcam::Status status = shopcam::ParseLabels(text, &labels);
    WriteText(status.message());
    WriteInt(labels.size());
    for (const shopcam::Label& label : labels) {
      WriteText(label.name);
      WriteText(label.id);
      WriteInt(label.path.size());
      for (const std::string& level : label.path) WriteText(level);
    }
  }
}

// Question: the shop's address, the query. Answer: the URL.
void Urls() {
  std::string url;
  std::string query;
  while (ReadText(&url) && ReadText(&query)) {
    WriteText(shopcam::ShopUrl(url, query));
  }
}

// Answers with the mean of each third of the tensor, scaled to [0, 1].
class Thirds : public shopcam::Classifier {
 public:
  shopcam::Status Classify(const std::vector<float>& tensor,
                           std::vector<float>* scores) override {
    scores->assign(3, 0.0f);
    const size_t third = tensor.size() / 3;
    for (size_t i = 0; i < 3 * third; ++i) {
      (*scores)[i / third] += tensor[i] / (255.0f * static_cast<float>(third));
    }
    return shopcam::Status();
  }
};

// Question: the path of a label table. Answer: the message of an error, then
// what is seen in a frame whose rows are black, grey and white.
void Recognition() {
  std::string labels;
  while (ReadText(&labels)) {
    shopcam::Settings settings;
    settings.labels_file = labels;
    settings.shop_search_url = "https://shop.example/?q={query}";
    settings.minimum_confidence = 0.2f;
    settings.model.input.width = 1;
    settings.model.input.height = 3;
    settings.model.input.channels = 1;
    shopcam::Recognizer recognizer(
        settings, std::unique_ptr<shopcam::Classifier>(new Thirds()));
    shopcam::Status status = recognizer.Prepare();
    std::vector<shopcam::Recognition> shown;
    const std::vector<uint8_t> bytes = {0,   0,   0,   0,   128, 128,
                                        128, 128, 255, 255, 255, 255};
    shopcam::Frame frame;
    frame.bytes = bytes.data();
    frame.width = 1;
    frame.height = 3;
    frame.bytes_per_row = 4;
    if (status.ok()) status = recognizer.Recognize(frame, &shown);
    WriteText(status.message());
    WriteInt(shown.size());
    for (const shopcam::Recognition& recognition : shown) {
      WriteText(recognition.label.name);
      WriteFloat(recognition.confidence);
      WriteText(recognition.shop_url);
    }
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  const std::string mode = argc == 2 ? argv[1] : "";
  if (mode == "pixels") Pixels();
  if (mode == "smoothing") Smoothing();
  if (mode == "labels") Labels();
  if (mode == "urls") Urls();
  if (mode == "recognition") Recognition();
  return 0;
}
