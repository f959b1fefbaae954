// Runs camera/core on what stdin holds and writes its answers to stdout, so
// that pytest can compare them with Python's: one process, many questions.
//
// What is in a question and in an answer stands at each function.

#include <algorithm>
#include <cstdint>
#include <locale>
#include <map>
#include <string>
#include <vector>

#include "core/hierarchy.h"
#include "core/labels.h"
#include "core/pixels.h"
#include "core/ranking.h"
#include "core/shop_url.h"
#include "modes.h"
#include "records.h"

namespace {

// Question: width, height, bytes per row, orientation, the input's width,
// height, channels, 1 for BGR, 3 means, 3 stds, the frame's bytes.
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
    frame.orientation = static_cast<shopcam::Orientation>(head[3]);
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

// Question: a label table, the scores of its classes, the least sum that is
// deep enough. Answer: the number of categories, and the deepest, or that
// number where there is none.
void Deepest() {
  std::string text;
  while (ReadText(&text)) {
    std::vector<float> scores;
    float minimum = 0.0f;
    ReadFloats(&scores);
    ReadNumber(&minimum);
    std::vector<shopcam::Label> labels;
    shopcam::ParseLabels(text, &labels);
    const shopcam::Hierarchy hierarchy(labels);
    const std::vector<float> sums = hierarchy.Sums(scores);
    WriteInt(sums.size());
    WriteInt(std::min(hierarchy.Deepest(sums, minimum), sums.size()));
  }
}

// Question: a label table, the scores of its classes. Answer: the number of
// categories, and of each the path and the sum.
void Sums() {
  std::string text;
  while (ReadText(&text)) {
    std::vector<float> scores;
    ReadFloats(&scores);
    std::vector<shopcam::Label> labels;
    shopcam::ParseLabels(text, &labels);
    const shopcam::Hierarchy hierarchy(labels);
    const std::vector<float> sums = hierarchy.Sums(scores);
    WriteInt(sums.size());
    for (size_t i = 0; i < sums.size(); ++i) {
      WriteTexts(hierarchy.Path(i));
      WriteFloat(sums[i]);
    }
  }
}

// A language that writes 1.234,5: a phone's may be one, and no file may depend
// on it.
class Comma : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

}  // namespace

int main(int argc, char* argv[]) {
  const std::map<std::string, void (*)()> modes = {
      {"pixels", Pixels},      {"smoothing", Smoothing}, {"labels", Labels},
      {"urls", Urls},          {"sums", Sums},           {"deepest", Deepest},
      {"black", BlackToWhite}, {"script", Script},       {"history", Histories},
      {"meter", Meter},        {"pacer", Pace},          {"npy", Npy},
      {"attention", Attend},   {"replay", Replay},
  };
  const auto mode = modes.find(argc == 2 ? argv[1] : "");
  if (mode == modes.end()) return 2;
  std::locale::global(std::locale(std::locale::classic(), new Comma));
  mode->second();
  return 0;
}
