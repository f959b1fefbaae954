#import "shell/Message.h"

@implementation Message

+ (instancetype)messageWithHeadline:(NSString*)headline detail:(NSString*)detail {
  Message* message = [[self alloc] init];
  message.headline = headline;
  message.detail = detail;
  return message;
}

+ (instancetype)busyMessage:(NSString*)headline {
  Message* message = [self messageWithHeadline:headline detail:nil];
  message.busy = YES;
  return message;
}

- (instancetype)init {
  self = [super init];
  if (self) _headline = @"";
  return self;
}

@end
