#include "core/utf8.h"

#include <cstddef>
#include <cstdint>

namespace shopcam {
namespace {

// The bytes that follow a leading byte, or -1 for a byte that leads nothing.
int Followers(uint8_t lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xC2 && lead <= 0xDF) return 1;
  if (lead >= 0xE0 && lead <= 0xEF) return 2;
  if (lead >= 0xF0 && lead <= 0xF4) return 3;
  return -1;
}

// Some leading bytes narrow what may come second.
bool SecondFits(uint8_t lead, uint8_t second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

}  // namespace

bool IsUtf8(const std::string& text) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    const int followers = Followers(byte(i));
    if (followers < 0 || text.size() - i <= static_cast<size_t>(followers)) {
      return false;
    }
    if (followers > 0 && !SecondFits(byte(i), byte(i + 1))) return false;
    for (int k = 1; k <= followers; ++k) {
      if ((byte(i + static_cast<size_t>(k)) & 0xC0) != 0x80) return false;
    }
    i += static_cast<size_t>(followers) + 1;
  }
  return true;
}

}  // namespace shopcam
