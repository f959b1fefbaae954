#import <AVFoundation/AVFoundation.h>
#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// What the camera sees, filling the view.
@interface PreviewView : UIView

@property(nonatomic, readonly) AVCaptureVideoPreviewLayer* previewLayer;

@end

NS_ASSUME_NONNULL_END
