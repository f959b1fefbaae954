#import "shell/Links.h"

#import <SafariServices/SafariServices.h>

#import "shell/Text.h"

NSURL* ShopURL(const std::string& address) {
  NSURL* url = [NSURL URLWithString:Text(address)];
  NSString* scheme = url.scheme.lowercaseString;
  const BOOL web = [scheme isEqualToString:@"https"] || [scheme isEqualToString:@"http"];
  return web && url.host.length > 0 ? url : nil;
}

void OpenShop(const std::string& address, UIViewController* presenter) {
  NSURL* url = ShopURL(address);
  if (!url) return;
  SFSafariViewController* page = [[SFSafariViewController alloc] initWithURL:url];
  [presenter presentViewController:page animated:YES completion:nil];
}

void OpenAppSettings() {
  NSURL* settings = [NSURL URLWithString:UIApplicationOpenSettingsURLString];
  if (!settings) return;
  [[UIApplication sharedApplication] openURL:settings options:@{} completionHandler:nil];
}
