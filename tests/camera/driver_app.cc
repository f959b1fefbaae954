// The driver's questions to what keeps the app in order.

#include <cstdint>
#include <string>
#include <vector>

#include "core/attention.h"
#include "core/frame_meter.h"
#include "core/history.h"
#include "core/npy.h"
#include "core/pacing.h"
#include "core/recognizer.h"
#include "modes.h"
#include "records.h"

namespace {

void ReadSighting(shopcam::Sighting* sighting) {
  ReadText(&sighting->name);
  ReadTexts(&sighting->path);
  ReadText(&sighting->shop_url);
  ReadNumber(&sighting->confidence);
  ReadNumber(&sighting->seconds);
}

void WriteHistory(const shopcam::History& history) {
  WriteInt(history.sightings().size());
  for (const shopcam::Sighting& sighting : history.sightings()) {
    WriteText(sighting.name);
    WriteTexts(sighting.path);
    WriteText(sighting.shop_url);
    WriteFloat(sighting.confidence);
    WriteNumber(sighting.seconds);
  }
}

enum Verb : int32_t { kBegin, kAdd, kClear, kRead, kWrite };

shopcam::Status Do(int32_t verb, shopcam::History* history) {
  std::string file;
  int32_t capacity = 0;
  shopcam::Sighting sighting;
  switch (verb) {
    case kBegin:
      ReadInt(&capacity);
      *history = shopcam::History(static_cast<size_t>(capacity));
      break;
    case kAdd:
      ReadSighting(&sighting);
      history->Add(sighting);
      break;
    case kClear:
      history->Clear();
      break;
    case kRead:
      ReadText(&file);
      return history->Read(file);
    default:
      ReadText(&file);
      return history->Write(file);
  }
  return shopcam::Status();
}

shopcam::Answer AnswerOf(const std::vector<std::string>& winner,
                         const std::vector<std::string>& offer) {
  shopcam::Answer answer;
  answer.has_offer = !offer.empty();
  if (answer.has_offer) {
    answer.offer.name = offer.back();
    answer.offer.path = offer;
  }
  if (!winner.empty()) {
    shopcam::Recognition best;
    best.label.name = winner.back();
    best.label.path = winner;
    answer.shown.push_back(best);
  }
  return answer;
}

}  // namespace

// Question: a Verb and what it needs. Answer: the message of an error and what
// is in the history then.
void Histories() {
  shopcam::History history;
  int32_t verb = 0;
  while (ReadInt(&verb)) {
    WriteText(Do(verb, &history).message());
    WriteHistory(history);
  }
}

// Question: the time of an answer, the winner's path and the offer's, empty for
// none; a time below 0 resets. Answer: whether to keep the offer, whether to
// say the winner.
void Attend() {
  shopcam::Attention attention;
  double now = 0.0;
  while (ReadNumber(&now)) {
    std::vector<std::string> winner;
    std::vector<std::string> offer;
    ReadTexts(&winner);
    ReadTexts(&offer);
    if (now < 0.0) {
      attention.Reset();
    } else {
      attention.Add(AnswerOf(winner, offer), now);
    }
    WriteInt(attention.keeps());
    WriteInt(attention.says());
  }
}

// Question: when a frame began and ended; a negative start resets. Answer:
// frames per second and milliseconds per frame.
void Meter() {
  shopcam::FrameMeter meter;
  double span[2];
  while (ReadBytes(span, sizeof(span))) {
    if (span[0] < 0.0) {
      meter.Reset();
    } else {
      meter.Add(span[0], span[1]);
    }
    WriteNumber(meter.FramesPerSecond());
    WriteNumber(meter.MillisecondsPerFrame());
  }
}

// Question: the phone's heat, the time of a frame. Answer: whether the frame
// is taken, whether the camera is paused.
void Pace() {
  shopcam::Pacer pacer;
  int32_t heat = 0;
  double now = 0.0;
  while (ReadInt(&heat) && ReadNumber(&now)) {
    pacer.SetHeat(static_cast<shopcam::Heat>(heat));
    WriteInt(pacer.Takes(now));
    WriteInt(pacer.paused());
  }
}

// Question: a file, the values, the number of dimensions and each as 64 bits.
// Answer: the message of an error.
void Npy() {
  std::string file;
  while (ReadText(&file)) {
    std::vector<float> values;
    ReadFloats(&values);
    int32_t dimensions = 0;
    ReadInt(&dimensions);
    std::vector<size_t> shape(static_cast<size_t>(dimensions));
    for (size_t& size : shape) ReadNumber(&size);
    WriteText(shopcam::WriteNpy(file, values, shape).message());
  }
}
