// Shows answers to shopcam::Attention: each a time, the winner's path and the
// offer's path, empty for none. Answers whether to keep it and to say it. A
// time below 0 resets.

#include <cstdint>
#include <string>
#include <vector>

#include "core/attention.h"
#include "records.h"

int main() {
  shopcam::Attention attention;
  double now = 0;
  while (ReadNumber(&now)) {
    std::vector<std::string> winner;
    std::vector<std::string> offer;
    ReadTexts(&winner);
    ReadTexts(&offer);
    if (now < 0) {
      attention.Reset();
    } else {
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
      attention.Add(answer, now);
    }
    WriteInt(attention.keeps());
    WriteInt(attention.says());
  }
  return 0;
}
