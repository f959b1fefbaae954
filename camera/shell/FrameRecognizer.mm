#import "shell/FrameRecognizer.h"

#include <memory>
#include <utility>
#include <vector>

#include "core/tensorflow_classifier.h"

static NSString* Text(const std::string& text) {
  NSString* converted = [NSString stringWithUTF8String:text.c_str()];
  return converted ? converted : @"?";
}

@implementation RecognizedProduct

- (instancetype)initWithRecognition:(const shopcam::Recognition&)recognition
                            shopURL:(const std::string&)shopURL {
  self = [super init];
  if (self) {
    _name = Text(recognition.label.name);
    _confidence = recognition.confidence;
    if (!shopURL.empty()) _shopURL = [NSURL URLWithString:Text(shopURL)];
  }
  return self;
}

@end

@implementation FrameRecognizer {
  shopcam::Settings _settings;
  std::unique_ptr<shopcam::Recognizer> _recognizer;
}

- (instancetype)initWithSettings:(const shopcam::Settings&)settings {
  self = [super init];
  if (self) {
    _settings = settings;
    _queue = dispatch_queue_create("shopcam.frames", DISPATCH_QUEUE_SERIAL);
  }
  return self;
}

- (void)loadWithCompletion:(void (^)(NSString* problem))completion {
  dispatch_async(self.queue, ^{
    const shopcam::Status status = [self load];
    NSString* problem = status.ok() ? nil : Text(status.message());
    dispatch_async(dispatch_get_main_queue(), ^{
      completion(problem);
    });
  });
}

- (shopcam::Status)load {
  std::unique_ptr<shopcam::Classifier> classifier;
  const shopcam::Status opened = shopcam::OpenTensorFlowClassifier(_settings.model, &classifier);
  if (!opened.ok()) return opened;
  _recognizer.reset(new shopcam::Recognizer(_settings, std::move(classifier)));
  return _recognizer->Prepare();
}

- (NSArray<RecognizedProduct*>*)recognizeFrame:(CVPixelBufferRef)pixelBuffer
                                       problem:(NSString**)problem {
  shopcam::Answer answer;
  const shopcam::Status status = [self recognize:pixelBuffer into:&answer];
  if (!status.ok()) {
    *problem = Text(status.message());
    return nil;
  }
  NSMutableArray<RecognizedProduct*>* products = [NSMutableArray array];
  for (const shopcam::Recognition& recognition : answer.shown) {
    const bool offered = products.count == 0 && answer.has_offer && !answer.offer.is_parent;
    const std::string url = offered ? answer.offer.shop_url : std::string();
    [products addObject:[[RecognizedProduct alloc] initWithRecognition:recognition shopURL:url]];
  }
  return products;
}

- (shopcam::Status)recognize:(CVPixelBufferRef)pixelBuffer
                        into:(shopcam::Answer*)answer {
  if (CVPixelBufferLockBaseAddress(pixelBuffer, kCVPixelBufferLock_ReadOnly) != kCVReturnSuccess) {
    return shopcam::Status::Error("The camera's frame cannot be read.");
  }
  shopcam::Frame frame;
  frame.bytes = static_cast<const uint8_t*>(CVPixelBufferGetBaseAddress(pixelBuffer));
  frame.bytes_per_row = CVPixelBufferGetBytesPerRow(pixelBuffer);
  frame.width = static_cast<int>(CVPixelBufferGetWidth(pixelBuffer));
  frame.height = static_cast<int>(CVPixelBufferGetHeight(pixelBuffer));
  // The back camera delivers the sensor's landscape; the app is portrait only.
  frame.orientation = shopcam::Orientation::kRight;
  const shopcam::Status status = _recognizer->Recognize(frame, answer);
  CVPixelBufferUnlockBaseAddress(pixelBuffer, kCVPixelBufferLock_ReadOnly);
  return status;
}

@end
