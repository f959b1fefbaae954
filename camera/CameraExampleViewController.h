#import "shell/CameraViewController.h"

// What the model's card says to the app.
shopcam::Settings CameraExampleSettings();

// The camera screen for one model: the .mm beside it is rendered from the
// model's card and holds nothing but constants and their wiring.
@interface CameraExampleViewController : CameraViewController

- (instancetype)init NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_UNAVAILABLE;

@end
