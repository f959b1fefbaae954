#import "shell/SettingsRow.h"

@implementation SettingsRow

+ (instancetype)rowWithTitle:(NSString*)title value:(NSString*)value {
  return [[self alloc] initWithTitle:title value:value];
}

- (instancetype)initWithTitle:(NSString*)title value:(NSString*)value {
  self = [super init];
  if (self) {
    _title = [title copy];
    _value = [value copy];
  }
  return self;
}

@end
