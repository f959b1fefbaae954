#import "shell/CameraCapture.h"
#import "shell/Message.h"

NS_ASSUME_NONNULL_BEGIN

// What is known of the live screen, and what follows from it. Used on the main
// queue.
@interface LiveState : NSObject

// The step of loading that is under way; nil when the model is there.
@property(nonatomic, copy, nullable) NSString* step;
// Why the model cannot be used.
@property(nonatomic, copy, nullable) NSString* problem;
// Pictures that the user picked are being read.
@property(nonatomic) BOOL reading;
@property(nonatomic) BOOL visible;
@property(nonatomic) BOOL foreground;
@property(nonatomic) BOOL tooHot;
// What the camera said last, also while it is not wanted.
@property(nonatomic) CameraState camera;
@property(nonatomic, copy, nullable) NSString* cameraDetail;

// The model can be asked.
@property(nonatomic, readonly) BOOL ready;
// The camera should run.
@property(nonatomic, readonly) BOOL wantsCamera;
// There is a camera that the app may use.
@property(nonatomic, readonly) BOOL hasCamera;
// Frames come and are recognised.
@property(nonatomic, readonly) BOOL live;

// What to say in place of the camera's picture; nil where that can be seen.
- (nullable Message*)message;

@end

NS_ASSUME_NONNULL_END
