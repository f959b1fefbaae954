#import <UIKit/UIKit.h>

#include <string>

NS_ASSUME_NONNULL_BEGIN

// The address as Safari opens it; nil for anything but http and https, which
// SFSafariViewController answers with an exception.
NSURL* _Nullable ShopURL(const std::string& address);

// Shows the shop above `presenter`; does nothing without an address.
void OpenShop(const std::string& address, UIViewController* presenter);

// Leaves for the place where the user allows the camera.
void OpenAppSettings();

NS_ASSUME_NONNULL_END
