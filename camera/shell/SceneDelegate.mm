#import "shell/SceneDelegate.h"

#import "CameraExampleViewController.h"

@implementation SceneDelegate

- (void)scene:(UIScene*)scene
    willConnectToSession:(UISceneSession*)session
                 options:(UISceneConnectionOptions*)connectionOptions {
  if (![scene isKindOfClass:[UIWindowScene class]]) return;
  self.window = [[UIWindow alloc] initWithWindowScene:(UIWindowScene*)scene];
  self.window.rootViewController = [[CameraExampleViewController alloc] init];
  [self.window makeKeyAndVisible];
}

// Whoever points a camera at products does not touch the screen.
- (void)sceneDidBecomeActive:(UIScene*)scene {
  [UIApplication sharedApplication].idleTimerDisabled = YES;
}

- (void)sceneWillResignActive:(UIScene*)scene {
  [UIApplication sharedApplication].idleTimerDisabled = NO;
}

@end
