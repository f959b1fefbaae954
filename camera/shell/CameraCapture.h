#import <AVFoundation/AVFoundation.h>
#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, CameraProblem) {
  CameraProblemDenied,       // The user, or a policy, forbids the camera.
  CameraProblemNoCamera,     // There is none, as in the simulator.
  CameraProblemUnavailable,  // There is one, and it does not deliver.
};

@class CameraCapture;

@protocol CameraCaptureDelegate <NSObject>
// On the frame queue. The frame is BGRA, in the sensor's own landscape.
- (void)cameraCapture:(CameraCapture*)capture didCaptureFrame:(CVPixelBufferRef)frame;
// On the main queue. `detail` is the system's own text, where there is one.
- (void)cameraCapture:(CameraCapture*)capture
    didFailWithProblem:(CameraProblem)problem
                detail:(nullable NSString*)detail;
@end

// The back camera: permission, session and frames. Session calls block for
// up to seconds, so they have a queue of their own.
@interface CameraCapture : NSObject

@property(nonatomic, readonly) AVCaptureSession* session;
@property(nonatomic, weak, nullable) id<CameraCaptureDelegate> delegate;

- (instancetype)initWithFrameQueue:(dispatch_queue_t)frameQueue NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

// Asks for permission if need be, then runs. Answers through the delegate.
- (void)start;
- (void)stop;

@end

NS_ASSUME_NONNULL_END
