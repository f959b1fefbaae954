#import "shell/CameraViewController.h"

#import "shell/AnswerText.h"
#import "shell/CameraCapture.h"
#import "shell/CaptureOrientation.h"
#import "shell/Links.h"
#import "shell/LiveState.h"
#import "shell/LiveToolbar.h"
#import "shell/LiveView.h"
#import "shell/Screens.h"
#import "shell/Services.h"

#include "core/attention.h"
#include "core/clock.h"

@interface CameraViewController () <CameraCaptureDelegate>
@end

@implementation CameraViewController {
  Services* _services;
  CameraCapture* _capture;
  id<CaptureOrientation> _orientation;
  Screens* _screens;
  LiveState* _state;
  LiveView* _live;
  LiveToolbar* _toolbar;
  shopcam::Attention _attention;
}

- (instancetype)initWithSettings:(const shopcam::Settings&)settings {
  self = [super initWithNibName:nil bundle:nil];
  if (self) {
    _services = [[Services alloc] initWithSettings:settings];
    _capture = [[CameraCapture alloc] initWithFrameQueue:_services.recognizer.queue];
    _capture.delegate = self;
    _state = [[LiveState alloc] init];
    _state.step = @"";
  }
  return self;
}

#pragma mark - Views

- (void)loadView {
  _live = [[LiveView alloc] initWithUntrained:_services.settings.untrained];
  self.view = _live;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  // The way back from the other screens is called by it.
  self.title = NSLocalizedString(@"Camera", nil);
  [self connectScreens];
  [self makeToolbar];
  [self connectView];
  [self connectCamera];
  [self watchDevice];
  [self load];
}

- (void)makeToolbar {
  __weak CameraViewController* weakSelf = self;
  _toolbar = [[LiveToolbar alloc] initWithScreens:_screens];
  _toolbar.take = ^{
    [weakSelf take];
  };
  self.toolbarItems = _toolbar.items;
}

- (void)connectScreens {
  __weak CameraViewController* weakSelf = self;
  _screens = [[Screens alloc] initWithHost:self live:_live services:_services];
  _screens.reading = ^(BOOL reading) {
    [weakSelf reads:reading];
  };
}

- (void)connectView {
  _live.result.emptyText = NSLocalizedString(@"Point the camera at a product", nil);
  __weak CameraViewController* weakSelf = self;
  _live.result.openShop = ^(const shopcam::Offer& offer) {
    CameraViewController* screen = weakSelf;
    if (screen) OpenShop(offer.shop_url, screen);
  };
  _live.message.applyRemedy = ^(MessageRemedy remedy) {
    [weakSelf apply:remedy];
  };
}

- (void)connectCamera {
  _live.preview.previewLayer.session = _capture.session;
  AVCaptureDevice* device = _capture.device;
  if (!device) return;
  _orientation = MakeCaptureOrientation(device, _live.preview);
  CameraCapture* capture = _capture;
  _orientation.onChange = ^(shopcam::Orientation orientation) {
    capture.orientation = orientation;
  };
}

- (void)viewDidLayoutSubviews {
  [super viewDidLayoutSubviews];
  [_orientation update];
}

- (void)viewWillAppear:(BOOL)animated {
  [super viewWillAppear:animated];
  [self.navigationController setNavigationBarHidden:YES animated:animated];
  [self.navigationController setToolbarHidden:NO animated:animated];
  _state.visible = YES;
  [self update];
}

- (void)viewDidDisappear:(BOOL)animated {
  [super viewDidDisappear:animated];
  _state.visible = NO;
  [self update];
}

#pragma mark - What changes the state

- (void)load {
  __weak CameraViewController* weakSelf = self;
  [_services.recognizer
      loadWithStep:^(NSString* step) {
        [weakSelf loads:step problem:nil];
      }
      completion:^(NSString* problem) {
        [weakSelf loads:nil problem:problem];
      }];
}

- (void)loads:(NSString*)step problem:(NSString*)problem {
  _state.step = step;
  _state.problem = problem;
  [self update];
}

- (void)reads:(BOOL)reading {
  _state.reading = reading;
  [self refresh];
}

- (void)watchDevice {
  __weak CameraViewController* weakSelf = self;
  _services.device.changed = ^{
    [weakSelf deviceChanged];
  };
  [self deviceChanged];
}

- (void)deviceChanged {
  _state.foreground = _services.device.foreground;
  _state.tooHot = _services.device.tooHot;
  [_services.recognizer setHeat:_services.device.heat];
  [self update];
}

// Also when nothing changed: the camera may have been allowed since.
- (void)update {
  const BOOL wanted = _state.wantsCamera;
  // Whoever points a camera at products does not touch the screen.
  [UIApplication sharedApplication].idleTimerDisabled = wanted;
  if (wanted) {
    [_capture start];
  } else {
    [_capture stop];
    [_services.recognizer reset];
    _attention.Reset();
  }
  [self refresh];
}

- (void)refresh {
  _toolbar.canTake = _state.live;
  _toolbar.canPick = _state.ready;
  if (!_state.live) [_live.result showAnswer:shopcam::Answer()];
  [_live.message showMessage:[_state message]];
}

- (void)apply:(MessageRemedy)remedy {
  switch (remedy) {
    case MessageRemedyNone:
      break;
    case MessageRemedyOpenSettings:
      OpenAppSettings();
      break;
    case MessageRemedyPickPicture:
      [_screens pick];
      break;
    case MessageRemedyTryAgain:
      [self update];
      break;
  }
}

#pragma mark - Pictures

- (void)take {
  _toolbar.canTake = NO;
  __weak CameraViewController* weakSelf = self;
  [_capture takePicture:^(Picture* picture) {
    [weakSelf took:picture];
  }];
}

- (void)took:(Picture*)picture {
  [self refresh];
  if (picture) [_screens showPictures:@[ picture ]];
}

#pragma mark - CameraCaptureDelegate

- (void)cameraCapture:(CameraCapture*)capture
       didChangeState:(CameraState)state
               detail:(NSString*)detail {
  _state.camera = state;
  _state.cameraDetail = detail;
  _screens.hasCamera = _state.hasCamera;
  // The preview has its camera only now.
  [_orientation update];
  [self refresh];
}

- (void)cameraCapture:(CameraCapture*)capture
      didCaptureFrame:(CVPixelBufferRef)frame
          orientation:(shopcam::Orientation)orientation {
  __weak CameraViewController* weakSelf = self;
  [_services.recognizer recognizeFrame:frame
                           orientation:orientation
                            completion:^(const shopcam::Answer& answer, NSString* problem) {
                              [weakSelf showAnswer:answer problem:problem];
                            }];
}

- (void)showAnswer:(const shopcam::Answer&)answer problem:(NSString*)problem {
  if (problem) {
    [self loads:nil problem:problem];
    return;
  }
  // The camera may have been stopped meanwhile.
  if (!_state.live) return;
  // Nothing is laid out when a phone is turned upside down, and iOS 15 and 16
  // tell nothing else of it.
  [_orientation update];
  [_live.result showAnswer:answer];
  _attention.Add(answer, shopcam::Now());
  if (_attention.keeps()) [_services.history add:answer.offer];
  if (_attention.says() && !self.presentedViewController && UIAccessibilityIsVoiceOverRunning()) {
    UIAccessibilityPostNotification(UIAccessibilityAnnouncementNotification, SpokenWinner(answer));
  }
}

@end
