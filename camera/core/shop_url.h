#ifndef SHOPCAM_CORE_SHOP_URL_H_
#define SHOPCAM_CORE_SHOP_URL_H_

#include <string>

namespace shopcam {

// The address of the shop's search for `query` (UTF-8): `search_url` with
// {query} replaced by its percent-encoded bytes. What else in `search_url` may
// not stand in a URL (blanks, quotes, non-ASCII) is percent-encoded as well,
// because NSURL answers nil to it.
std::string ShopUrl(const std::string& search_url, const std::string& query);

}  // namespace shopcam

#endif  // SHOPCAM_CORE_SHOP_URL_H_
