#pragma once

#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

@interface SFSafariViewController : UIViewController
- (instancetype)initWithURL:(NSURL*)url;
@end

NS_ASSUME_NONNULL_END
