#include "core/shop_url.h"

#include <cstdint>
#include <cstring>

namespace shopcam {
namespace {

constexpr char kField[] = "{query}";
// RFC 3986: unreserved characters besides letters and digits, and the reserved
// ones, which with the percent sign give a URL its form.
constexpr char kUnreserved[] = "-._~";
constexpr char kReserved[] = "-._~:/?#[]@!$&'()*+,;=%";

bool IsAlphanumeric(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
         (letter >= '0' && letter <= '9');
}

std::string Encode(const std::string& text, const char* kept) {
  static const char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    if (IsAlphanumeric(letter) ||
        (letter != '\0' && std::strchr(kept, letter) != nullptr)) {
      encoded.push_back(letter);
      continue;
    }
    const uint8_t byte = static_cast<uint8_t>(letter);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

}  // namespace

std::string ShopUrl(const std::string& search_url, const std::string& query) {
  const size_t field = search_url.find(kField);
  if (field == std::string::npos) return Encode(search_url, kReserved);
  return Encode(search_url.substr(0, field), kReserved) +
         Encode(query, kUnreserved) +
         Encode(search_url.substr(field + std::strlen(kField)), kReserved);
}

}  // namespace shopcam
