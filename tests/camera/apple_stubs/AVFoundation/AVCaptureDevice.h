#pragma once

#import <Foundation/Foundation.h>
#import <QuartzCore/QuartzCore.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef NSString* AVMediaType;
extern AVMediaType const AVMediaTypeVideo API_AVAILABLE(ios(4.0));
typedef NSString* AVCaptureDeviceType;
extern AVCaptureDeviceType const AVCaptureDeviceTypeBuiltInWideAngleCamera
    API_AVAILABLE(ios(10.0));

enum : NSInteger { AVErrorMediaServicesWereReset = -11819 };

typedef NS_ENUM(NSInteger, AVCaptureDevicePosition) {
  AVCaptureDevicePositionUnspecified = 0,
  AVCaptureDevicePositionBack = 1,
  AVCaptureDevicePositionFront = 2,
} API_AVAILABLE(ios(4.0));

typedef NS_ENUM(NSInteger, AVAuthorizationStatus) {
  AVAuthorizationStatusNotDetermined = 0,
  AVAuthorizationStatusRestricted = 1,
  AVAuthorizationStatusDenied = 2,
  AVAuthorizationStatusAuthorized = 3,
} API_AVAILABLE(ios(7.0));

typedef NS_ENUM(NSInteger, AVCaptureVideoOrientation) {
  AVCaptureVideoOrientationPortrait = 1,
  AVCaptureVideoOrientationPortraitUpsideDown = 2,
  AVCaptureVideoOrientationLandscapeRight = 3,
  AVCaptureVideoOrientationLandscapeLeft = 4,
} API_DEPRECATED("AVCaptureDeviceRotationCoordinator", ios(4.0, 17.0));

API_AVAILABLE(ios(4.0))
@interface AVCaptureDevice : NSObject
+ (nullable AVCaptureDevice*)
    defaultDeviceWithDeviceType:(AVCaptureDeviceType)deviceType
                      mediaType:(nullable AVMediaType)mediaType
                       position:(AVCaptureDevicePosition)position
    API_AVAILABLE(ios(10.0));
+ (AVAuthorizationStatus)authorizationStatusForMediaType:(AVMediaType)mediaType
    API_AVAILABLE(ios(7.0));
+ (void)requestAccessForMediaType:(AVMediaType)mediaType
                completionHandler:(void (^)(BOOL granted))handler
    API_AVAILABLE(ios(7.0));
@end

API_AVAILABLE(ios(17.0))
@interface AVCaptureDeviceRotationCoordinator : NSObject
- (instancetype)initWithDevice:(AVCaptureDevice*)device
                  previewLayer:(nullable CALayer*)previewLayer;
@property(nonatomic, readonly) CGFloat videoRotationAngleForHorizonLevelPreview;
@property(nonatomic, readonly) CGFloat videoRotationAngleForHorizonLevelCapture;
@end

NS_ASSUME_NONNULL_END
}
