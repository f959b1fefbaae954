#pragma once

#import <AVFoundation/AVCaptureOutput.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

extern NSNotificationName const AVCaptureSessionRuntimeErrorNotification
    API_AVAILABLE(ios(4.0));
extern NSString* const AVCaptureSessionErrorKey API_AVAILABLE(ios(4.0));
extern NSNotificationName const AVCaptureSessionWasInterruptedNotification
    API_AVAILABLE(ios(4.0));
extern NSString* const AVCaptureSessionInterruptionReasonKey
    API_AVAILABLE(ios(9.0));
extern NSNotificationName const AVCaptureSessionInterruptionEndedNotification
    API_AVAILABLE(ios(4.0));

typedef NS_ENUM(NSInteger, AVCaptureSessionInterruptionReason) {
  AVCaptureSessionInterruptionReasonVideoDeviceNotAvailableInBackground = 1,
  AVCaptureSessionInterruptionReasonAudioDeviceInUseByAnotherClient = 2,
  AVCaptureSessionInterruptionReasonVideoDeviceInUseByAnotherClient = 3,
  AVCaptureSessionInterruptionReasonVideoDeviceNotAvailableWithMultipleForegroundApps =
      4,
  AVCaptureSessionInterruptionReasonVideoDeviceNotAvailableDueToSystemPressure
      API_AVAILABLE(ios(11.1)) = 5,
} API_AVAILABLE(ios(9.0));

typedef NSString* AVCaptureSessionPreset;
extern AVCaptureSessionPreset const AVCaptureSessionPreset640x480
    API_AVAILABLE(ios(4.0));
typedef NSString* AVLayerVideoGravity;
extern AVLayerVideoGravity const AVLayerVideoGravityResizeAspectFill
    API_AVAILABLE(ios(4.0));

API_AVAILABLE(ios(4.0))
@interface AVCaptureSession : NSObject
@property(nonatomic, readonly) NSArray<__kindof AVCaptureInput*>* inputs;
@property(nonatomic, readonly) NSArray<__kindof AVCaptureOutput*>* outputs;
@property(nonatomic, copy) AVCaptureSessionPreset sessionPreset;
@property(nonatomic, readonly, getter=isRunning) BOOL running;
- (BOOL)canSetSessionPreset:(AVCaptureSessionPreset)preset;
- (BOOL)canAddInput:(AVCaptureInput*)input;
- (void)addInput:(AVCaptureInput*)input;
- (BOOL)canAddOutput:(AVCaptureOutput*)output;
- (void)addOutput:(AVCaptureOutput*)output;
- (void)beginConfiguration;
- (void)commitConfiguration;
- (void)startRunning;
- (void)stopRunning;
@end

API_AVAILABLE(ios(4.0))
@interface AVCaptureVideoPreviewLayer : CALayer
@property(nullable, nonatomic, strong) AVCaptureSession* session;
@property(nullable, nonatomic, readonly)
    AVCaptureConnection* connection API_AVAILABLE(ios(6.0));
@property(copy) AVLayerVideoGravity videoGravity;
@end

NS_ASSUME_NONNULL_END
}
