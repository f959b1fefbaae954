#ifndef SHOPCAM_CORE_UTF8_H_
#define SHOPCAM_CORE_UTF8_H_

#include <string>

namespace shopcam {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong form, no
// surrogate, nothing above U+10FFFF). UIKit makes nil of anything else.
bool IsUtf8(const std::string& text);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_UTF8_H_
