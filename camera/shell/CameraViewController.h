#import <UIKit/UIKit.h>

#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// The one screen: live camera, what it sees, and the way to the shop. It knows
// no model; a subclass hands the settings in.
@interface CameraViewController : UIViewController

- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

// The path of a file of the app's data folder; the bare name where the app
// does not hold it, so that the error that follows names it.
std::string DataPath(NSString* name, NSString* type);

NS_ASSUME_NONNULL_END
