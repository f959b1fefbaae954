#import <UIKit/UIKit.h>

// Makes the window of a scene and puts the camera into it.
@interface SceneDelegate : UIResponder <UIWindowSceneDelegate>
@property(nonatomic, strong, nullable) UIWindow* window;
@end
