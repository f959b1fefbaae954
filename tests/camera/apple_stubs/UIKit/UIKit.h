#pragma once

#import <Foundation/Foundation.h>
#import <QuartzCore/QuartzCore.h>

@class UIView;
@class UIViewController;

extern "C" {

NS_ASSUME_NONNULL_BEGIN

int UIApplicationMain(int argc, char* _Nullable argv[_Nonnull],
                      NSString* _Nullable principalClassName,
                      NSString* _Nullable delegateClassName);
extern NSString* const UIApplicationOpenSettingsURLString;

@interface UIResponder : NSObject
@end

typedef NSString* UIApplicationOpenExternalURLOptionsKey;

@interface UIApplication : UIResponder
@property(class, nonatomic, readonly) UIApplication* sharedApplication;
@property(nonatomic, getter=isIdleTimerDisabled) BOOL idleTimerDisabled;
- (void)openURL:(NSURL*)url
              options:(NSDictionary<UIApplicationOpenExternalURLOptionsKey,
                                    id>*)options
    completionHandler:(void (^_Nullable)(BOOL success))completion;
@end

@protocol UIApplicationDelegate <NSObject>
@end

@interface UIScene : UIResponder
@end
@interface UIWindowScene : UIScene
@end
@interface UISceneSession : NSObject
@end
@interface UISceneConnectionOptions : NSObject
@end

@class UIWindow;

@protocol UISceneDelegate <NSObject>
@optional
- (void)scene:(UIScene*)scene
    willConnectToSession:(UISceneSession*)session
                 options:(UISceneConnectionOptions*)connectionOptions;
- (void)sceneDidBecomeActive:(UIScene*)scene;
- (void)sceneWillResignActive:(UIScene*)scene;
@end

@protocol UIWindowSceneDelegate <UISceneDelegate>
@optional
@property(nullable, nonatomic, strong) UIWindow* window;
@end

@interface UIColor : NSObject
@property(class, nonatomic, readonly) UIColor* blackColor;
@property(class, nonatomic, readonly) UIColor* whiteColor;
@property(class, nonatomic, readonly) UIColor* clearColor;
@property(class, nonatomic, readonly) UIColor* labelColor;
@property(class, nonatomic, readonly) UIColor* systemRedColor;
@property(class, nonatomic, readonly) UIColor* systemBackgroundColor;
- (UIColor*)colorWithAlphaComponent:(CGFloat)alpha;
@end

typedef NSString* UIFontTextStyle;
extern UIFontTextStyle const UIFontTextStyleTitle1;
extern UIFontTextStyle const UIFontTextStyleTitle2;
extern UIFontTextStyle const UIFontTextStyleHeadline;
extern UIFontTextStyle const UIFontTextStyleBody;

@interface UIFont : NSObject
+ (UIFont*)preferredFontForTextStyle:(UIFontTextStyle)style;
@end

@interface NSLayoutConstraint : NSObject
+ (void)activateConstraints:(NSArray<NSLayoutConstraint*>*)constraints;
@end

@interface NSLayoutAnchor<AnchorType> : NSObject
- (NSLayoutConstraint*)constraintEqualToAnchor:
    (NSLayoutAnchor<AnchorType>*)anchor;
- (NSLayoutConstraint*)constraintEqualToAnchor:
                           (NSLayoutAnchor<AnchorType>*)anchor
                                      constant:(CGFloat)constant;
@end
@class NSLayoutXAxisAnchor;
@class NSLayoutYAxisAnchor;
@interface NSLayoutXAxisAnchor : NSLayoutAnchor <NSLayoutXAxisAnchor*>
@end
@interface NSLayoutYAxisAnchor : NSLayoutAnchor <NSLayoutYAxisAnchor*>
@end

@interface UILayoutGuide : NSObject
@property(readonly, strong) NSLayoutXAxisAnchor* leadingAnchor;
@property(readonly, strong) NSLayoutXAxisAnchor* trailingAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* topAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* bottomAnchor;
@end

typedef NS_OPTIONS(NSUInteger, UIViewAutoresizing) {
  UIViewAutoresizingFlexibleWidth = 1 << 1,
  UIViewAutoresizingFlexibleHeight = 1 << 4,
};
constexpr UIViewAutoresizing operator|(UIViewAutoresizing a,
                                       UIViewAutoresizing b) {
  return UIViewAutoresizing(NSUInteger(a) | NSUInteger(b));
}

@interface UIView : UIResponder
- (instancetype)initWithFrame:(CGRect)frame NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly, strong) CALayer* layer;
@property(nonatomic) CGRect frame;
@property(nonatomic) CGRect bounds;
@property(nonatomic) UIViewAutoresizing autoresizingMask;
@property(nonatomic) BOOL translatesAutoresizingMaskIntoConstraints;
@property(nullable, nonatomic, copy) UIColor* backgroundColor;
@property(nonatomic, getter=isHidden) BOOL hidden;
@property(nonatomic, readonly, strong) UILayoutGuide* safeAreaLayoutGuide;
@property(readonly, strong) NSLayoutXAxisAnchor* leadingAnchor;
@property(readonly, strong) NSLayoutXAxisAnchor* trailingAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* topAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* bottomAnchor;
- (void)addSubview:(UIView*)view;
@end

@interface UIWindow : UIView
- (instancetype)initWithWindowScene:(UIWindowScene*)scene
    NS_DESIGNATED_INITIALIZER;
@property(nullable, nonatomic, strong) UIViewController* rootViewController;
- (void)makeKeyAndVisible;
@end

typedef NS_ENUM(NSInteger, NSTextAlignment) { NSTextAlignmentCenter = 1 };

@interface UILabel : UIView
@property(nullable, nonatomic, copy) NSString* text;
@property(null_resettable, nonatomic, strong) UIFont* font;
@property(null_resettable, nonatomic, strong) UIColor* textColor;
@property(nonatomic) NSTextAlignment textAlignment;
@property(nonatomic) NSInteger numberOfLines;
@property(nonatomic) BOOL adjustsFontForContentSizeCategory;
@end

@interface UIScrollView : UIView
@end

@interface UITextView : UIScrollView
@property(null_resettable, nonatomic, copy) NSString* text;
@property(nullable, nonatomic, strong) UIFont* font;
@property(nullable, nonatomic, strong) UIColor* textColor;
@property(nonatomic, getter=isEditable) BOOL editable;
@property(nonatomic) BOOL adjustsFontForContentSizeCategory;
@end

typedef NS_ENUM(NSInteger, UILayoutConstraintAxis) {
  UILayoutConstraintAxisVertical = 1,
};

@interface UIStackView : UIView
- (instancetype)initWithFrame:(CGRect)frame NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithArrangedSubviews:(NSArray<UIView*>*)views;
@property(nonatomic) UILayoutConstraintAxis axis;
@property(nonatomic) CGFloat spacing;
- (void)addArrangedSubview:(UIView*)view;
@end

@interface UIMenuElement : NSObject
@end

@interface UIAction : UIMenuElement
+ (instancetype)actionWithHandler:(void (^)(UIAction* action))handler;
@end

@interface UIButtonConfiguration : NSObject
+ (instancetype)filledButtonConfiguration;
@property(nonatomic, readwrite, copy, nullable) NSString* title;
@end

@interface UIControl : UIView
@end

@interface UIButton : UIControl
+ (instancetype)buttonWithConfiguration:(UIButtonConfiguration*)configuration
                          primaryAction:(nullable UIAction*)primaryAction;
@property(nonatomic, readwrite, copy, nullable)
    UIButtonConfiguration* configuration;
@end

@interface UIViewController : UIResponder
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle
    NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
@property(null_resettable, nonatomic, strong) UIView* view;
- (void)viewDidLoad;
- (void)viewDidLayoutSubviews;
- (void)viewWillAppear:(BOOL)animated;
- (void)viewDidDisappear:(BOOL)animated;
- (void)presentViewController:(UIViewController*)controller
                     animated:(BOOL)animated
                   completion:(void (^_Nullable)(void))completion;
@end

NS_ASSUME_NONNULL_END

}
