#import "shell/PreviewView.h"

@implementation PreviewView

// The view's own layer, so that it turns and resizes with the view.
+ (Class)layerClass {
  return [AVCaptureVideoPreviewLayer class];
}

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    self.backgroundColor = [UIColor blackColor];
    self.previewLayer.videoGravity = AVLayerVideoGravityResizeAspectFill;
  }
  return self;
}

- (AVCaptureVideoPreviewLayer*)previewLayer {
  return (AVCaptureVideoPreviewLayer*)self.layer;
}

@end
