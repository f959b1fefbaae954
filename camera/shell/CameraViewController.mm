#import "shell/CameraViewController.h"

#import <SafariServices/SafariServices.h>

#import "shell/CameraCapture.h"
#import "shell/FrameRecognizer.h"
#import "shell/MessageView.h"
#import "shell/ProductListView.h"

std::string DataPath(NSString* name, NSString* type) {
  NSString* path = [[NSBundle mainBundle] pathForResource:name ofType:type inDirectory:@"data"];
  if (!path) path = [NSString stringWithFormat:@"%@.%@", name, type];
  return std::string(path.fileSystemRepresentation);
}

@interface CameraViewController () <CameraCaptureDelegate>
@end

@implementation CameraViewController {
  FrameRecognizer* _recognizer;
  CameraCapture* _capture;
  AVCaptureVideoPreviewLayer* _preview;
  ProductListView* _products;
  MessageView* _message;
  BOOL _untrained;
  BOOL _loaded;
  BOOL _visible;
}

- (instancetype)initWithSettings:(const shopcam::Settings&)settings {
  self = [super initWithNibName:nil bundle:nil];
  if (self) {
    _untrained = settings.untrained;
    _recognizer = [[FrameRecognizer alloc] initWithSettings:settings];
    _capture = [[CameraCapture alloc] initWithFrameQueue:_recognizer.queue];
    _capture.delegate = self;
  }
  return self;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  self.view.backgroundColor = [UIColor blackColor];
  _preview = [AVCaptureVideoPreviewLayer layerWithSession:_capture.session];
  _preview.videoGravity = AVLayerVideoGravityResizeAspectFill;
  [self.view.layer addSublayer:_preview];
  [self addProducts];
  if (_untrained) [self addUntrainedBanner];
  [self addMessage];
  [self load];
}

- (void)viewDidLayoutSubviews {
  [super viewDidLayoutSubviews];
  _preview.frame = self.view.bounds;
}

- (void)viewWillAppear:(BOOL)animated {
  [super viewWillAppear:animated];
  _visible = YES;
  if (_loaded) [_capture start];
}

- (void)viewDidDisappear:(BOOL)animated {
  [super viewDidDisappear:animated];
  _visible = NO;
  [_capture stop];
}

- (void)addProducts {
  _products = [[ProductListView alloc] initWithFrame:CGRectZero];
  _products.translatesAutoresizingMaskIntoConstraints = NO;
  __weak CameraViewController* weakSelf = self;
  _products.openShop = ^(NSURL* url) {
    [weakSelf openShop:url];
  };
  [self.view addSubview:_products];
  [NSLayoutConstraint activateConstraints:@[
    [_products.leadingAnchor constraintEqualToAnchor:self.view.leadingAnchor],
    [_products.trailingAnchor constraintEqualToAnchor:self.view.trailingAnchor],
    [_products.bottomAnchor constraintEqualToAnchor:self.view.bottomAnchor],
  ]];
}

- (void)addUntrainedBanner {
  UILabel* banner = [[UILabel alloc] init];
  banner.text = NSLocalizedString(@"UNTRAINED: the weights are random, so are the answers", nil);
  banner.font = [UIFont preferredFontForTextStyle:UIFontTextStyleHeadline];
  banner.adjustsFontForContentSizeCategory = YES;
  banner.textAlignment = NSTextAlignmentCenter;
  banner.textColor = [UIColor whiteColor];
  banner.backgroundColor = [UIColor systemRedColor];
  banner.numberOfLines = 0;
  banner.translatesAutoresizingMaskIntoConstraints = NO;
  [self.view addSubview:banner];
  UILayoutGuide* safe = self.view.safeAreaLayoutGuide;
  [NSLayoutConstraint activateConstraints:@[
    [banner.topAnchor constraintEqualToAnchor:safe.topAnchor],
    [banner.leadingAnchor constraintEqualToAnchor:self.view.leadingAnchor],
    [banner.trailingAnchor constraintEqualToAnchor:self.view.trailingAnchor],
  ]];
}

- (void)addMessage {
  _message = [[MessageView alloc] initWithFrame:self.view.bounds];
  _message.autoresizingMask = UIViewAutoresizingFlexibleWidth | UIViewAutoresizingFlexibleHeight;
  [self.view addSubview:_message];
}

- (void)load {
  [_message showHeadline:NSLocalizedString(@"Loading the model…", nil)
                  detail:nil
             buttonTitle:nil
                  action:nil];
  __weak CameraViewController* weakSelf = self;
  [_recognizer loadWithCompletion:^(NSString* problem) {
    [weakSelf loadedWithProblem:problem];
  }];
}

- (void)loadedWithProblem:(NSString*)problem {
  if (problem) {
    [self failWithDetail:problem];
    return;
  }
  _loaded = YES;
  _message.hidden = YES;
  if (_visible) [_capture start];
}

- (void)failWithDetail:(NSString*)detail {
  [_capture stop];
  [self showHeadline:NSLocalizedString(@"The model cannot be used", nil)
              detail:detail
         buttonTitle:nil
              action:nil];
}

- (void)showHeadline:(NSString*)headline
              detail:(NSString*)detail
         buttonTitle:(NSString*)buttonTitle
              action:(void (^)(void))action {
  _message.hidden = NO;
  [_message showHeadline:headline detail:detail buttonTitle:buttonTitle action:action];
}

- (void)openShop:(NSURL*)url {
  SFSafariViewController* shop = [[SFSafariViewController alloc] initWithURL:url];
  [self presentViewController:shop animated:YES completion:nil];
}

#pragma mark - CameraCaptureDelegate

- (void)cameraCapture:(CameraCapture*)capture didCaptureFrame:(CVPixelBufferRef)frame {
  NSString* problem = nil;
  NSArray<RecognizedProduct*>* products = [_recognizer recognizeFrame:frame problem:&problem];
  dispatch_async(dispatch_get_main_queue(), ^{
    if (products) {
      [self->_products showProducts:products];
    } else {
      [self failWithDetail:problem];
    }
  });
}

- (void)cameraCapture:(CameraCapture*)capture
    didFailWithProblem:(CameraProblem)problem
                detail:(NSString*)detail {
  switch (problem) {
    case CameraProblemDenied:
      [self askForPermission];
      break;
    case CameraProblemNoCamera:
      [self showHeadline:NSLocalizedString(@"There is no camera", nil)
                  detail:NSLocalizedString(@"This app needs a device with a back camera.", nil)
             buttonTitle:nil
                  action:nil];
      break;
    case CameraProblemUnavailable:
      [self showUnavailable:detail];
      break;
  }
}

- (void)askForPermission {
  [self showHeadline:NSLocalizedString(@"The camera is not allowed", nil)
              detail:NSLocalizedString(@"Allow the camera for this app in Settings.", nil)
         buttonTitle:NSLocalizedString(@"Open Settings", nil)
              action:^{
                NSURL* settings = [NSURL URLWithString:UIApplicationOpenSettingsURLString];
                [[UIApplication sharedApplication] openURL:settings
                                                   options:@{}
                                         completionHandler:nil];
              }];
}

- (void)showUnavailable:(NSString*)detail {
  __weak CameraViewController* weakSelf = self;
  [self showHeadline:NSLocalizedString(@"The camera is not available", nil)
              detail:detail
         buttonTitle:NSLocalizedString(@"Try again", nil)
              action:^{
                [weakSelf tryAgain];
              }];
}

- (void)tryAgain {
  _message.hidden = YES;
  [_capture start];
}

@end
