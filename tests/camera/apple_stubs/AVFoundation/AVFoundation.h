#pragma once

#import <CoreMedia/CoreMedia.h>
#import <Foundation/Foundation.h>
#import <QuartzCore/QuartzCore.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef NSString* AVMediaType;
extern AVMediaType const AVMediaTypeVideo;
typedef NSString* AVCaptureDeviceType;
extern AVCaptureDeviceType const AVCaptureDeviceTypeBuiltInWideAngleCamera;
typedef NSString* AVCaptureSessionPreset;
extern AVCaptureSessionPreset const AVCaptureSessionPreset640x480;
extern NSNotificationName const AVCaptureSessionRuntimeErrorNotification;
extern NSString* const AVCaptureSessionErrorKey;
typedef NSString* AVLayerVideoGravity;
extern AVLayerVideoGravity const AVLayerVideoGravityResizeAspectFill;

typedef NS_ENUM(NSInteger, AVCaptureDevicePosition) {
  AVCaptureDevicePositionBack = 1,
};

@interface AVCaptureDevice : NSObject
+ (nullable AVCaptureDevice*)
    defaultDeviceWithDeviceType:(AVCaptureDeviceType)deviceType
                      mediaType:(nullable AVMediaType)mediaType
                       position:(AVCaptureDevicePosition)position;
+ (void)requestAccessForMediaType:(AVMediaType)mediaType
                completionHandler:(void (^)(BOOL granted))handler;
@end

@interface AVCaptureInput : NSObject
@end

@interface AVCaptureDeviceInput : AVCaptureInput
+ (nullable instancetype)deviceInputWithDevice:(AVCaptureDevice*)device
                                         error:(NSError* _Nullable*)outError;
@end

@interface AVCaptureConnection : NSObject
@end

@interface AVCaptureOutput : NSObject
@end

@protocol AVCaptureVideoDataOutputSampleBufferDelegate;

@interface AVCaptureVideoDataOutput : AVCaptureOutput
@property(null_resettable, nonatomic, copy)
    NSDictionary<NSString*, id>* videoSettings;
@property(nonatomic) BOOL alwaysDiscardsLateVideoFrames;
- (void)setSampleBufferDelegate:
            (nullable id<AVCaptureVideoDataOutputSampleBufferDelegate>)delegate
                          queue:(nullable dispatch_queue_t)queue;
@end

@protocol AVCaptureVideoDataOutputSampleBufferDelegate <NSObject>
@optional
- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sampleBuffer
           fromConnection:(AVCaptureConnection*)connection;
@end

@interface AVCaptureSession : NSObject
@property(nonatomic, readonly) NSArray<AVCaptureInput*>* inputs;
@property(nonatomic, copy) AVCaptureSessionPreset sessionPreset;
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

@interface AVCaptureVideoPreviewLayer : CALayer
+ (instancetype)layerWithSession:(AVCaptureSession*)session;
@property(copy) AVLayerVideoGravity videoGravity;
@end

NS_ASSUME_NONNULL_END

}
