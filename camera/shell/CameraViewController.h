#import <UIKit/UIKit.h>

#import "shell/Text.h"

#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// The first screen: live camera, what it sees, and the ways to the shop and to
// the other screens. It knows no model; a subclass hands the settings in.
@interface CameraViewController : UIViewController

- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
