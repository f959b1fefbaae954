#import "shell/CameraCapture.h"

@interface CameraCapture () <AVCaptureVideoDataOutputSampleBufferDelegate>
@end

@implementation CameraCapture {
  dispatch_queue_t _frameQueue;
  dispatch_queue_t _sessionQueue;
  BOOL _configured;
}

- (instancetype)initWithFrameQueue:(dispatch_queue_t)frameQueue {
  self = [super init];
  if (self) {
    _frameQueue = frameQueue;
    _sessionQueue = dispatch_queue_create("shopcam.session", DISPATCH_QUEUE_SERIAL);
    _session = [[AVCaptureSession alloc] init];
    [[NSNotificationCenter defaultCenter] addObserver:self
                                             selector:@selector(sessionFailed:)
                                                 name:AVCaptureSessionRuntimeErrorNotification
                                               object:_session];
  }
  return self;
}

- (void)dealloc {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
}

- (void)start {
  [AVCaptureDevice requestAccessForMediaType:AVMediaTypeVideo
                           completionHandler:^(BOOL granted) {
                             if (granted) {
                               [self run];
                             } else {
                               [self report:CameraProblemDenied detail:nil];
                             }
                           }];
}

- (void)stop {
  dispatch_async(_sessionQueue, ^{
    [self.session stopRunning];
  });
}

- (void)run {
  dispatch_async(_sessionQueue, ^{
    if ([self configure]) [self.session startRunning];
  });
}

// On the session queue. Configures once; a failure is reported each time.
- (BOOL)configure {
  if (_configured) return YES;
  AVCaptureDevice* camera =
      [AVCaptureDevice defaultDeviceWithDeviceType:AVCaptureDeviceTypeBuiltInWideAngleCamera
                                         mediaType:AVMediaTypeVideo
                                          position:AVCaptureDevicePositionBack];
  if (!camera) {
    [self report:CameraProblemNoCamera detail:nil];
    return NO;
  }
  NSError* error = nil;
  AVCaptureDeviceInput* input = [AVCaptureDeviceInput deviceInputWithDevice:camera error:&error];
  [self.session beginConfiguration];
  if ([self.session canSetSessionPreset:AVCaptureSessionPreset640x480]) {
    self.session.sessionPreset = AVCaptureSessionPreset640x480;
  }
  _configured = input && [self addInput:input] && [self addOutput];
  [self.session commitConfiguration];
  if (!_configured) {
    [self report:CameraProblemUnavailable detail:error.localizedDescription];
  }
  return _configured;
}

- (BOOL)addInput:(AVCaptureDeviceInput*)input {
  if ([self.session.inputs containsObject:input]) return YES;
  if (![self.session canAddInput:input]) return NO;
  [self.session addInput:input];
  return YES;
}

// Late frames are dropped: the newest one is the only one worth recognising.
- (BOOL)addOutput {
  AVCaptureVideoDataOutput* output = [[AVCaptureVideoDataOutput alloc] init];
  output.videoSettings =
      @{(NSString*)kCVPixelBufferPixelFormatTypeKey : @(kCVPixelFormatType_32BGRA)};
  output.alwaysDiscardsLateVideoFrames = YES;
  [output setSampleBufferDelegate:self queue:_frameQueue];
  if (![self.session canAddOutput:output]) return NO;
  [self.session addOutput:output];
  return YES;
}

- (void)captureOutput:(AVCaptureOutput*)output
    didOutputSampleBuffer:(CMSampleBufferRef)sampleBuffer
           fromConnection:(AVCaptureConnection*)connection {
  CVPixelBufferRef frame = CMSampleBufferGetImageBuffer(sampleBuffer);
  if (frame) [self.delegate cameraCapture:self didCaptureFrame:frame];
}

- (void)sessionFailed:(NSNotification*)notification {
  NSError* error = notification.userInfo[AVCaptureSessionErrorKey];
  [self report:CameraProblemUnavailable detail:error.localizedDescription];
}

- (void)report:(CameraProblem)problem detail:(NSString*)detail {
  dispatch_async(dispatch_get_main_queue(), ^{
    [self.delegate cameraCapture:self didFailWithProblem:problem detail:detail];
  });
}

@end
