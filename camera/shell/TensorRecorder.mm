#import "shell/TensorRecorder.h"

#import "shell/Text.h"

#include "core/clock.h"
#include "core/npy.h"

static NSString* const kPrefix = @"tensor-";
// A tensor of 224 x 224 pixels takes 600 kB.
static const NSUInteger kKept = 8;
static const double kSecondsBetween = 1;

@interface TensorRecorder ()
@property(atomic, readwrite, copy, nullable) NSString* problem;
@end

@implementation TensorRecorder {
  shopcam::InputSpec _input;
  double _due;
}

- (instancetype)initWithInput:(const shopcam::InputSpec&)input {
  self = [super init];
  if (self) _input = input;
  return self;
}

- (NSURL*)folder {
  NSURL* documents = [[NSFileManager defaultManager] URLForDirectory:NSDocumentDirectory
                                                            inDomain:NSUserDomainMask
                                                   appropriateForURL:nil
                                                              create:YES
                                                               error:nil];
  return [documents URLByAppendingPathComponent:@"tensors" isDirectory:YES];
}

- (NSArray<NSURL*>*)files {
  NSString* folder = [self folder].path;
  if (!folder) return @[];
  NSArray<NSString*>* names = [[NSFileManager defaultManager] contentsOfDirectoryAtPath:folder
                                                                                  error:nil];
  NSMutableArray<NSURL*>* files = [NSMutableArray array];
  // The numbers have leading zeros, so that the order of names is theirs.
  for (NSString* name in [names sortedArrayUsingSelector:@selector(compare:)]) {
    if (![name.pathExtension isEqualToString:@"npy"]) continue;
    [files addObject:[NSURL fileURLWithPath:[folder stringByAppendingPathComponent:name]]];
  }
  return files;
}

- (void)recordVideo:(const std::vector<float>&)tensor {
  const double now = shopcam::Now();
  if (now < _due) return;
  _due = now + kSecondsBetween;
  [self record:tensor];
}

- (void)record:(const std::vector<float>&)tensor {
  if (!self.on) return;
  NSURL* folder = [self folder];
  if (!folder) return;
  NSError* error = nil;
  if (![[NSFileManager defaultManager] createDirectoryAtURL:folder
                                withIntermediateDirectories:YES
                                                 attributes:nil
                                                      error:&error]) {
    self.problem = error.localizedDescription;
    return;
  }
  [self write:tensor into:folder];
  [self dropOld];
}

- (void)write:(const std::vector<float>&)tensor into:(NSURL*)folder {
  NSString* last = [self files].lastObject.lastPathComponent;
  const BOOL any = last.length > kPrefix.length;
  const long number = any ? [last substringFromIndex:kPrefix.length].integerValue + 1 : 1;
  NSString* name = [NSString stringWithFormat:@"%@%06ld.npy", kPrefix, number];
  NSURL* file = [folder URLByAppendingPathComponent:name];
  const shopcam::Status status =
      shopcam::WriteNpy(std::string(file.fileSystemRepresentation), tensor,
                        {1, static_cast<size_t>(_input.height), static_cast<size_t>(_input.width),
                         static_cast<size_t>(_input.channels)});
  self.problem = status.ok() ? nil : Text(status.message());
}

- (void)dropOld {
  NSArray<NSURL*>* files = [self files];
  for (NSUInteger i = 0; i + kKept < files.count; ++i) {
    [[NSFileManager defaultManager] removeItemAtURL:files[i] error:nil];
  }
}

@end
