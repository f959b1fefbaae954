#import <UIKit/UIKit.h>

// Windows belong to the scenes: Info.plist names SceneDelegate for them.
@interface AppDelegate : UIResponder <UIApplicationDelegate>
@end
