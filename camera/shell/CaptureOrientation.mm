#import "shell/CaptureOrientation.h"

// A camera's own picture has to be turned clockwise by this to stand upright.
static shopcam::Orientation OrientationForAngle(CGFloat degrees) {
  switch (static_cast<int>(degrees)) {
    case 90:
      return shopcam::Orientation::kRight;
    case 180:
      return shopcam::Orientation::kDown;
    case 270:
      return shopcam::Orientation::kLeft;
    default:
      return shopcam::Orientation::kUp;
  }
}

// Since iOS 17 the system itself knows how a camera is built in. The preview
// follows the interface, the frames follow gravity: with the rotation locked, a
// phone held sideways still gives upright frames.
API_AVAILABLE(ios(17.0))
@interface OrientationByGravity : NSObject <CaptureOrientation>
- (instancetype)initWithDevice:(AVCaptureDevice*)device preview:(PreviewView*)preview;
@end

@implementation OrientationByGravity {
  AVCaptureDeviceRotationCoordinator* _coordinator;
  __weak PreviewView* _preview;
}

@synthesize onChange = _onChange;

static NSString* const kPreviewAngle = @"videoRotationAngleForHorizonLevelPreview";
static NSString* const kCaptureAngle = @"videoRotationAngleForHorizonLevelCapture";

- (instancetype)initWithDevice:(AVCaptureDevice*)device preview:(PreviewView*)preview {
  self = [super init];
  if (self) {
    _preview = preview;
    _coordinator = [[AVCaptureDeviceRotationCoordinator alloc] initWithDevice:device
                                                                 previewLayer:preview.previewLayer];
    for (NSString* path in @[ kPreviewAngle, kCaptureAngle ]) {
      [_coordinator addObserver:self
                     forKeyPath:path
                        options:NSKeyValueObservingOptionNew
                        context:nullptr];
    }
  }
  return self;
}

- (void)dealloc {
  [_coordinator removeObserver:self forKeyPath:kPreviewAngle];
  [_coordinator removeObserver:self forKeyPath:kCaptureAngle];
}

// The coordinator tells its changes on the main queue.
- (void)observeValueForKeyPath:(NSString*)keyPath
                      ofObject:(id)object
                        change:(NSDictionary<NSKeyValueChangeKey, id>*)change
                       context:(void*)context {
  [self update];
}

- (void)update {
  AVCaptureConnection* connection = _preview.previewLayer.connection;
  const CGFloat angle = _coordinator.videoRotationAngleForHorizonLevelPreview;
  if ([connection isVideoRotationAngleSupported:angle]) connection.videoRotationAngle = angle;
  if (!self.onChange) return;
  self.onChange(OrientationForAngle(_coordinator.videoRotationAngleForHorizonLevelCapture));
}

@end

// iOS 15 and 16 know the interface's orientation only. What this uses was
// replaced by the above in iOS 17, and in iOS 26.
@interface OrientationByInterface : NSObject <CaptureOrientation>
- (instancetype)initWithPreview:(PreviewView*)preview;
@end

@implementation OrientationByInterface {
  __weak PreviewView* _preview;
}

@synthesize onChange = _onChange;

- (instancetype)initWithPreview:(PreviewView*)preview {
  self = [super init];
  if (self) _preview = preview;
  return self;
}

- (void)update {
  CGFloat angle = 90;
  AVCaptureVideoOrientation video = AVCaptureVideoOrientationPortrait;
  switch (_preview.window.windowScene.interfaceOrientation) {
    case UIInterfaceOrientationLandscapeRight:
      angle = 0;
      video = AVCaptureVideoOrientationLandscapeRight;
      break;
    case UIInterfaceOrientationLandscapeLeft:
      angle = 180;
      video = AVCaptureVideoOrientationLandscapeLeft;
      break;
    case UIInterfaceOrientationPortraitUpsideDown:
      angle = 270;
      video = AVCaptureVideoOrientationPortraitUpsideDown;
      break;
    case UIInterfaceOrientationPortrait:
    case UIInterfaceOrientationUnknown:
      break;
  }
  AVCaptureConnection* connection = _preview.previewLayer.connection;
  if (connection.supportsVideoOrientation) connection.videoOrientation = video;
  if (self.onChange) self.onChange(OrientationForAngle(angle));
}

@end

id<CaptureOrientation> MakeCaptureOrientation(AVCaptureDevice* device, PreviewView* preview) {
  if (@available(iOS 17.0, *)) {
    return [[OrientationByGravity alloc] initWithDevice:device preview:preview];
  }
  return [[OrientationByInterface alloc] initWithPreview:preview];
}
