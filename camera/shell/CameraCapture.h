#import <AVFoundation/AVFoundation.h>
#import <Foundation/Foundation.h>

#import "shell/Picture.h"

NS_ASSUME_NONNULL_BEGIN

typedef NS_ENUM(NSInteger, CameraState) {
  CameraStateStopped,
  CameraStateRunning,
  CameraStateDenied,       // The user said no.
  CameraStateRestricted,   // A policy forbids it; the user cannot change that.
  CameraStateNoCamera,     // There is none, as in the simulator.
  CameraStateInterrupted,  // The system needs it elsewhere and will give it back.
  CameraStateFailed,       // There is one, and it does not deliver.
};

@class CameraCapture;

@protocol CameraCaptureDelegate <NSObject>
// On the frame queue.
- (void)cameraCapture:(CameraCapture*)capture
      didCaptureFrame:(CVPixelBufferRef)frame
          orientation:(shopcam::Orientation)orientation;
// On the main queue. `detail` says more for a person, where there is more.
- (void)cameraCapture:(CameraCapture*)capture
       didChangeState:(CameraState)state
               detail:(nullable NSString*)detail;
@end

// The back camera: permission, session, frames and stills. Used on the main
// queue; calls of the session block for up to seconds and have their own.
@interface CameraCapture : NSObject

@property(nonatomic, readonly) AVCaptureSession* session;
// nil where there is no camera.
@property(nonatomic, readonly, nullable) AVCaptureDevice* device;
@property(nonatomic, weak, nullable) id<CameraCaptureDelegate> delegate;
// How the frames lie as the phone is held now.
@property(atomic) shopcam::Orientation orientation;

- (instancetype)initWithFrameQueue:(dispatch_queue_t)frameQueue NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

// Asks for permission if need be, then runs. Answers through the delegate.
- (void)start;
- (void)stop;

// Copies the next frame; answers on the main queue, with nil when the camera
// stops before there is one.
- (void)takePicture:(void (^)(Picture* _Nullable picture))completion;

@end

NS_ASSUME_NONNULL_END
