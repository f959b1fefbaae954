#import "shell/HistoryStore.h"

#import "shell/Text.h"

static NSString* const kFileName = @"history.tsv";

@interface HistoryStore ()
@property(nonatomic, readwrite, copy, nullable) NSString* problem;
@end

@implementation HistoryStore {
  shopcam::History _history;
  std::string _file;
  dispatch_queue_t _fileQueue;
}

- (instancetype)init {
  self = [super init];
  if (self) {
    _fileQueue = dispatch_queue_create("shopcam.history", DISPATCH_QUEUE_SERIAL);
    [self findFile];
    if (!_file.empty()) [self note:_history.Read(_file)];
  }
  return self;
}

- (void)findFile {
  NSError* error = nil;
  NSURL* folder = [[NSFileManager defaultManager] URLForDirectory:NSApplicationSupportDirectory
                                                         inDomain:NSUserDomainMask
                                                appropriateForURL:nil
                                                           create:YES
                                                            error:&error];
  if (folder) {
    _file = [folder URLByAppendingPathComponent:kFileName].fileSystemRepresentation;
  } else {
    self.problem = error.localizedDescription;
  }
}

- (void)note:(const shopcam::Status&)status {
  self.problem = status.ok() ? nil : Text(status.message());
}

- (const std::deque<shopcam::Sighting>&)sightings {
  return _history.sightings();
}

- (void)add:(const shopcam::Offer&)offer {
  shopcam::Sighting sighting;
  sighting.name = offer.name;
  sighting.path = offer.path;
  sighting.shop_url = offer.shop_url;
  sighting.confidence = offer.confidence;
  sighting.seconds = static_cast<int64_t>([NSDate date].timeIntervalSince1970);
  _history.Add(sighting);
  [self write];
}

- (void)clear {
  _history.Clear();
  [self write];
}

// Of a copy: the next sighting does not wait for the disk.
- (void)write {
  if (_file.empty()) return;
  const shopcam::History copied = _history;
  const std::string file = _file;
  dispatch_async(_fileQueue, ^{
    const shopcam::Status status = copied.Write(file);
    dispatch_async(dispatch_get_main_queue(), ^{
      [self note:status];
    });
  });
}

@end
