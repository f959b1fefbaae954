#import "shell/CameraCapture.h"

#import "shell/CameraMessages.h"

@interface CameraCapture () <AVCaptureVideoDataOutputSampleBufferDelegate>
@end

@implementation CameraCapture {
  dispatch_queue_t _frameQueue;
  dispatch_queue_t _sessionQueue;
  // Whether it was started; on the main queue.
  BOOL _wanted;
  // Who waits for a picture; on the frame queue.
  void (^_taken)(Picture*);
}

- (instancetype)initWithFrameQueue:(dispatch_queue_t)frameQueue {
  self = [super init];
  if (self) {
    _frameQueue = frameQueue;
    _sessionQueue = dispatch_queue_create("shopcam.session", DISPATCH_QUEUE_SERIAL);
    _session = [[AVCaptureSession alloc] init];
    _device = [AVCaptureDevice defaultDeviceWithDeviceType:AVCaptureDeviceTypeBuiltInWideAngleCamera
                                                 mediaType:AVMediaTypeVideo
                                                  position:AVCaptureDevicePositionBack];
    _orientation = shopcam::Orientation::kRight;
    [self observe:AVCaptureSessionRuntimeErrorNotification with:@selector(sessionFailed:)];
    [self observe:AVCaptureSessionWasInterruptedNotification with:@selector(sessionInterrupted:)];
    [self observe:AVCaptureSessionInterruptionEndedNotification with:@selector(sessionResumed:)];
  }
  return self;
}

- (void)dealloc {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
}

- (void)observe:(NSNotificationName)name with:(SEL)selector {
  [[NSNotificationCenter defaultCenter] addObserver:self
                                           selector:selector
                                               name:name
                                             object:_session];
}

- (void)start {
  _wanted = YES;
  if (!self.device) {
    [self report:CameraStateNoCamera detail:nil];
    return;
  }
  switch ([AVCaptureDevice authorizationStatusForMediaType:AVMediaTypeVideo]) {
    case AVAuthorizationStatusNotDetermined:
      [self askForPermission];
      break;
    case AVAuthorizationStatusRestricted:
      [self report:CameraStateRestricted detail:nil];
      break;
    case AVAuthorizationStatusDenied:
      [self report:CameraStateDenied detail:nil];
      break;
    case AVAuthorizationStatusAuthorized:
      [self run];
      break;
  }
}

- (void)stop {
  _wanted = NO;
  dispatch_async(_sessionQueue, ^{
    [self.session stopRunning];
  });
  [self cancelPicture];
}

- (void)takePicture:(void (^)(Picture*))completion {
  dispatch_async(_frameQueue, ^{
    [self deliverPicture:nil];
    self->_taken = [completion copy];
  });
}

- (void)askForPermission {
  __weak CameraCapture* weakSelf = self;
  [AVCaptureDevice requestAccessForMediaType:AVMediaTypeVideo
                           completionHandler:^(BOOL granted) {
                             dispatch_async(dispatch_get_main_queue(), ^{
                               [weakSelf startAgain];
                             });
                           }];
}

- (void)startAgain {
  if (_wanted) [self start];
}

- (void)run {
  dispatch_async(_sessionQueue, ^{
    if (![self configure]) return;
    [self.session startRunning];
    // Otherwise a notification has said why not.
    if (self.session.running) [self report:CameraStateRunning detail:nil];
  });
}

#pragma mark - On the session queue

- (BOOL)configure {
  // The output is added last.
  if (self.session.outputs.count > 0) return YES;
  NSError* error = nil;
  [self.session beginConfiguration];
  const BOOL configured = [self addInput:&error] && [self addOutput];
  // Larger frames would only be sampled more thinly.
  if (configured && [self.session canSetSessionPreset:AVCaptureSessionPreset640x480]) {
    self.session.sessionPreset = AVCaptureSessionPreset640x480;
  }
  [self.session commitConfiguration];
  if (!configured) [self report:CameraStateFailed detail:error.localizedDescription];
  return configured;
}

- (BOOL)addInput:(NSError**)error {
  if (self.session.inputs.count > 0) return YES;
  AVCaptureDevice* device = self.device;
  if (!device) return NO;
  AVCaptureDeviceInput* input = [AVCaptureDeviceInput deviceInputWithDevice:device error:error];
  if (!input || ![self.session canAddInput:input]) return NO;
  [self.session addInput:input];
  return YES;
}

// Late frames are dropped: the newest one is the only one worth recognising.
- (BOOL)addOutput {
  AVCaptureVideoDataOutput* output = [[AVCaptureVideoDataOutput alloc] init];
  output.videoSettings =
      @{(__bridge NSString*)kCVPixelBufferPixelFormatTypeKey : @(kCVPixelFormatType_32BGRA)};
  output.alwaysDiscardsLateVideoFrames = YES;
  [output setSampleBufferDelegate:self queue:_frameQueue];
  if (![self.session canAddOutput:output]) return NO;
  [self.session addOutput:output];
  return YES;
}

#pragma mark - On the frame queue

- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sampleBuffer
           fromConnection:(AVCaptureConnection*)connection {
  CVPixelBufferRef frame = CMSampleBufferGetImageBuffer(sampleBuffer);
  if (!frame) return;
  const shopcam::Orientation orientation = self.orientation;
  if (_taken) [self deliverPicture:[Picture pictureWithPixelBuffer:frame orientation:orientation]];
  [self.delegate cameraCapture:self didCaptureFrame:frame orientation:orientation];
}

- (void)deliverPicture:(Picture*)picture {
  void (^taken)(Picture*) = _taken;
  _taken = nil;
  if (!taken) return;
  dispatch_async(dispatch_get_main_queue(), ^{
    taken(picture);
  });
}

#pragma mark - On any queue

- (void)sessionInterrupted:(NSNotification*)notification {
  NSNumber* reason = notification.userInfo[AVCaptureSessionInterruptionReasonKey];
  [self report:CameraStateInterrupted detail:InterruptionText(reason.integerValue)];
}

- (void)sessionResumed:(NSNotification*)notification {
  [self report:CameraStateRunning detail:nil];
}

- (void)sessionFailed:(NSNotification*)notification {
  NSError* error = notification.userInfo[AVCaptureSessionErrorKey];
  // The media services died, and with them the session, which can start again.
  if (error.code == AVErrorMediaServicesWereReset) {
    dispatch_async(dispatch_get_main_queue(), ^{
      [self startAgain];
    });
    return;
  }
  [self report:CameraStateFailed detail:error.localizedDescription];
}

// Who waits for a picture would get one that was not aimed at.
- (void)cancelPicture {
  dispatch_async(_frameQueue, ^{
    [self deliverPicture:nil];
  });
}

- (void)report:(CameraState)state detail:(NSString*)detail {
  if (state != CameraStateRunning) [self cancelPicture];
  dispatch_async(dispatch_get_main_queue(), ^{
    if (self->_wanted) [self.delegate cameraCapture:self didChangeState:state detail:detail];
  });
}

@end
