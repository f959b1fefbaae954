#import "shell/Services.h"

@implementation Services {
  shopcam::Settings _own;
}

- (instancetype)initWithSettings:(const shopcam::Settings&)settings {
  self = [super init];
  if (self) {
    _own = settings;
    _recognizer = [[ProductRecognizer alloc] initWithSettings:settings];
    _history = [[HistoryStore alloc] init];
    _device = [[DeviceWatch alloc] init];
  }
  return self;
}

- (const shopcam::Settings&)settings {
  return _own;
}

@end
