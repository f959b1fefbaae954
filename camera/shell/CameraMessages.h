#import <Foundation/Foundation.h>

#import "shell/CameraCapture.h"
#import "shell/Message.h"

NS_ASSUME_NONNULL_BEGIN

// What stands in place of the camera's picture; nil where there is one.
Message* _Nullable MessageForCamera(CameraState state, NSString* _Nullable detail);

// Why the system took the camera away.
NSString* InterruptionText(NSInteger reason);

NS_ASSUME_NONNULL_END
