#import "shell/Text.h"

NSString* Text(const std::string& text) {
  NSString* converted = [NSString stringWithUTF8String:text.c_str()];
  return converted ? converted : @"?";
}

std::string DataPath(NSString* name, NSString* type) {
  NSString* path = [[NSBundle mainBundle] pathForResource:name ofType:type inDirectory:@"data"];
  if (!path) path = [NSString stringWithFormat:@"%@.%@", name, type];
  return std::string(path.fileSystemRepresentation);
}
