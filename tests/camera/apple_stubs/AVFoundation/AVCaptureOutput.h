#pragma once

#import <AVFoundation/AVCaptureDevice.h>
#import <CoreMedia/CoreMedia.h>

NS_ASSUME_NONNULL_BEGIN

API_AVAILABLE(ios(4.0))
@interface AVCaptureInput : NSObject
@end

API_AVAILABLE(ios(4.0))
@interface AVCaptureDeviceInput : AVCaptureInput
+ (nullable instancetype)deviceInputWithDevice:(AVCaptureDevice*)device
                                         error:(NSError* _Nullable*)outError;
@end

API_AVAILABLE(ios(4.0))
@interface AVCaptureConnection : NSObject
@property(nonatomic, readonly, getter=isVideoOrientationSupported)
    BOOL supportsVideoOrientation API_DEPRECATED(
        "isVideoRotationAngleSupported:", ios(4.0, 17.0));
@property(nonatomic) AVCaptureVideoOrientation videoOrientation
    API_DEPRECATED("videoRotationAngle", ios(4.0, 17.0));
- (BOOL)isVideoRotationAngleSupported:(CGFloat)videoRotationAngle
    API_AVAILABLE(ios(17.0));
@property(nonatomic) CGFloat videoRotationAngle API_AVAILABLE(ios(17.0));
@end

API_AVAILABLE(ios(4.0))
@interface AVCaptureOutput : NSObject
@end

@protocol AVCaptureVideoDataOutputSampleBufferDelegate;

API_AVAILABLE(ios(4.0))
@interface AVCaptureVideoDataOutput : AVCaptureOutput
@property(null_resettable, nonatomic, copy)
    NSDictionary<NSString*, id>* videoSettings;
@property(nonatomic) BOOL alwaysDiscardsLateVideoFrames;
- (void)setSampleBufferDelegate:
            (nullable id<AVCaptureVideoDataOutputSampleBufferDelegate>)delegate
                          queue:(nullable dispatch_queue_t)queue;
@end

API_AVAILABLE(ios(4.0))
@protocol AVCaptureVideoDataOutputSampleBufferDelegate <NSObject>
@optional
- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sampleBuffer
           fromConnection:(AVCaptureConnection*)connection;
@end

NS_ASSUME_NONNULL_END
