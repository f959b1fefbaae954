#import <Foundation/Foundation.h>

#include <string>

NS_ASSUME_NONNULL_BEGIN

// The core's UTF-8 as NSString. The core checks what it reads; bytes that are
// no UTF-8 all the same (a file's name) become a question mark.
NSString* Text(const std::string& text);

// The path of a file of the app's data folder; the bare name where the app
// does not hold it, so that the error that follows names it.
std::string DataPath(NSString* name, NSString* type);

NS_ASSUME_NONNULL_END
