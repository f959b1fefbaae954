#import "shell/ProductRecognizer.h"

#include <memory>
#include <utility>
#include <vector>

#import "shell/LockedFrame.h"
#import "shell/Text.h"

#include "core/clock.h"
#include "core/frame_meter.h"
#include "core/tensorflow_classifier.h"
#include "core/views.h"

static void OnMain(dispatch_block_t block) { dispatch_async(dispatch_get_main_queue(), block); }

static void Deliver(const shopcam::Answer& answer, const shopcam::Status& status,
                    AnswerBlock completion) {
  const shopcam::Answer copied = answer;
  NSString* problem = status.ok() ? nil : Text(status.message());
  OnMain(^{
    completion(copied, problem);
  });
}

@implementation ProductRecognizer {
  shopcam::Settings _settings;
  // All of these on the queue only.
  std::unique_ptr<shopcam::Recognizer> _recognizer;
  shopcam::Pacer _pacer;
  shopcam::FrameMeter _meter;
}

- (instancetype)initWithSettings:(const shopcam::Settings&)settings {
  self = [super init];
  if (self) {
    _settings = settings;
    _mostViews = 1;
    _queue = dispatch_queue_create("shopcam.frames", DISPATCH_QUEUE_SERIAL);
    _tensors = [[TensorRecorder alloc] initWithInput:settings.model.input];
  }
  return self;
}

- (void)loadWithStep:(void (^)(NSString*))step completion:(void (^)(NSString*))completion {
  dispatch_async(self.queue, ^{
    OnMain(^{
      step(NSLocalizedString(@"Opening the model…", nil));
    });
    shopcam::Status status = [self open];
    if (status.ok()) {
      OnMain(^{
        step(NSLocalizedString(@"Trying the model…", nil));
      });
      status = self->_recognizer->Prepare();
    }
    [self loadedWith:status completion:completion];
  });
}

- (shopcam::Status)open {
  std::unique_ptr<shopcam::Classifier> classifier;
  const shopcam::Status opened = shopcam::OpenTensorFlowClassifier(_settings.model, &classifier);
  if (!opened.ok()) return opened;
  _recognizer.reset(new shopcam::Recognizer(_settings, std::move(classifier)));
  return opened;
}

- (void)loadedWith:(const shopcam::Status&)status completion:(void (^)(NSString*))completion {
  NSString* problem = status.ok() ? nil : Text(status.message());
  const bool averages = status.ok() && _recognizer->averages_views();
  OnMain(^{
    self->_mostViews = averages ? shopcam::kMostViews : 1;
    completion(problem);
  });
}

- (void)recognizeFrame:(CVPixelBufferRef)buffer
           orientation:(shopcam::Orientation)orientation
            completion:(AnswerBlock)completion {
  const double started = shopcam::Now();
  if (!_recognizer || !_pacer.Takes(started)) return;
  const LockedFrame locked(buffer, orientation);
  if (!locked.ok()) return;
  shopcam::Answer answer;
  const shopcam::Status status = _recognizer->Recognize(locked.frame(), &answer);
  _meter.Add(started, shopcam::Now());
  if (status.ok()) [self.tensors recordVideo:_recognizer->tensor()];
  Deliver(answer, status, completion);
}

- (void)recognizePictures:(NSArray<Picture*>*)pictures completion:(AnswerBlock)completion {
  NSArray<Picture*>* asked = [pictures copy];
  dispatch_async(self.queue, ^{
    if (!self->_recognizer) return;
    std::vector<shopcam::Frame> views;
    for (Picture* picture in asked) views.push_back(picture.frame);
    shopcam::Answer answer;
    const shopcam::Status status = self->_recognizer->RecognizeViews(views, &answer);
    if (status.ok()) [self.tensors record:self->_recognizer->tensor()];
    Deliver(answer, status, completion);
  });
}

- (void)reset {
  dispatch_async(self.queue, ^{
    if (self->_recognizer) self->_recognizer->Reset();
    self->_meter.Reset();
  });
}

- (void)setHeat:(shopcam::Heat)heat {
  dispatch_async(self.queue, ^{
    self->_pacer.SetHeat(heat);
  });
}

- (void)measureSpeed:(void (^)(double, double))completion {
  dispatch_async(self.queue, ^{
    const double rate = self->_meter.FramesPerSecond();
    const double milliseconds = self->_meter.MillisecondsPerFrame();
    OnMain(^{
      completion(rate, milliseconds);
    });
  });
}

@end
