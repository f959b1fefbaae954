#import "shell/AppDelegate.h"

@implementation AppDelegate
@end
