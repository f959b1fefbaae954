#pragma once

#import <Foundation/Foundation.h>
#import <QuartzCore/QuartzCore.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

@class UIWindow;

int UIApplicationMain(int argc, char* _Nullable argv[_Nonnull],
                      NSString* _Nullable principalClassName,
                      NSString* _Nullable delegateClassName);
extern NSString* const UIApplicationOpenSettingsURLString
    API_AVAILABLE(ios(8.0));
extern NSNotificationName const UIApplicationDidReceiveMemoryWarningNotification;

@interface UIResponder : NSObject
@end

typedef NSString* UIApplicationOpenExternalURLOptionsKey;

@interface UIApplication : UIResponder
@property(class, nonatomic, readonly) UIApplication* sharedApplication;
@property(nonatomic, getter=isIdleTimerDisabled) BOOL idleTimerDisabled;
- (void)openURL:(NSURL*)url
              options:(NSDictionary<UIApplicationOpenExternalURLOptionsKey,
                                    id>*)options
    completionHandler:(void (^_Nullable)(BOOL success))completion
    API_AVAILABLE(ios(10.0));
@end

@protocol UIApplicationDelegate <NSObject>
@end

typedef NS_ENUM(NSInteger, UIInterfaceOrientation) {
  UIInterfaceOrientationUnknown = 0,
  UIInterfaceOrientationPortrait = 1,
  UIInterfaceOrientationPortraitUpsideDown = 2,
  UIInterfaceOrientationLandscapeLeft = 4,
  UIInterfaceOrientationLandscapeRight = 3,
};

extern NSNotificationName const UISceneWillEnterForegroundNotification
    API_AVAILABLE(ios(13.0));
extern NSNotificationName const UISceneDidEnterBackgroundNotification
    API_AVAILABLE(ios(13.0));

API_AVAILABLE(ios(13.0))
@interface UIScene : UIResponder
@end
API_AVAILABLE(ios(13.0))
@interface UIWindowScene : UIScene
@property(nonatomic, readonly) UIInterfaceOrientation interfaceOrientation
    API_DEPRECATED("effectiveGeometry.interfaceOrientation", ios(13.0, 26.0));
@end
API_AVAILABLE(ios(13.0))
@interface UISceneSession : NSObject
@end
API_AVAILABLE(ios(13.0))
@interface UISceneConnectionOptions : NSObject
@end

API_AVAILABLE(ios(13.0))
@protocol UISceneDelegate <NSObject>
@optional
- (void)scene:(UIScene*)scene
    willConnectToSession:(UISceneSession*)session
                 options:(UISceneConnectionOptions*)connectionOptions;
@end

API_AVAILABLE(ios(13.0))
@protocol UIWindowSceneDelegate <UISceneDelegate>
@optional
@property(nullable, nonatomic, strong) UIWindow* window;
@end

typedef uint32_t UIAccessibilityNotifications;
extern UIAccessibilityNotifications UIAccessibilityScreenChangedNotification;
extern UIAccessibilityNotifications UIAccessibilityLayoutChangedNotification;
extern UIAccessibilityNotifications UIAccessibilityAnnouncementNotification;
void UIAccessibilityPostNotification(UIAccessibilityNotifications notification,
                                     id _Nullable argument);
BOOL UIAccessibilityIsVoiceOverRunning(void) API_AVAILABLE(ios(4.0));

typedef uint64_t UIAccessibilityTraits;
extern UIAccessibilityTraits UIAccessibilityTraitButton;
extern UIAccessibilityTraits UIAccessibilityTraitHeader;
extern UIAccessibilityTraits UIAccessibilityTraitImage;
extern UIAccessibilityTraits UIAccessibilityTraitStaticText;
extern UIAccessibilityTraits UIAccessibilityTraitUpdatesFrequently;

@interface NSObject (UIAccessibility)
@property(nonatomic) BOOL isAccessibilityElement;
@property(nullable, nonatomic, copy) NSString* accessibilityLabel;
@property(nonatomic) UIAccessibilityTraits accessibilityTraits;
@property(nonatomic) BOOL accessibilityViewIsModal API_AVAILABLE(ios(5.0));
@end

NS_ASSUME_NONNULL_END
}
