#pragma once

#import <UIKit/UIApplication.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

@interface NSCoder : NSObject
@end

@interface UIColor : NSObject
@property(class, nonatomic, readonly) UIColor* blackColor;
@property(class, nonatomic, readonly) UIColor* whiteColor;
@property(class, nonatomic, readonly) UIColor* clearColor;
@property(class, nonatomic, readonly) UIColor* labelColor;
@property(class, nonatomic, readonly) UIColor* secondaryLabelColor;
@property(class, nonatomic, readonly) UIColor* systemRedColor;
@property(class, nonatomic, readonly) UIColor* systemBackgroundColor;
- (UIColor*)colorWithAlphaComponent:(CGFloat)alpha;
@end

typedef float UILayoutPriority;
static const UILayoutPriority UILayoutPriorityDefaultLow = 250;

@interface NSLayoutConstraint : NSObject
+ (void)activateConstraints:(NSArray<NSLayoutConstraint*>*)constraints;
+ (void)deactivateConstraints:(NSArray<NSLayoutConstraint*>*)constraints;
@property UILayoutPriority priority;
@property(getter=isActive) BOOL active;
@end

@interface NSLayoutAnchor<AnchorType> : NSObject
- (NSLayoutConstraint*)constraintEqualToAnchor:
    (NSLayoutAnchor<AnchorType>*)anchor;
- (NSLayoutConstraint*)constraintGreaterThanOrEqualToAnchor:
    (NSLayoutAnchor<AnchorType>*)anchor;
- (NSLayoutConstraint*)constraintEqualToAnchor:
                           (NSLayoutAnchor<AnchorType>*)anchor
                                      constant:(CGFloat)constant;
@end
@class NSLayoutXAxisAnchor;
@class NSLayoutYAxisAnchor;
@class NSLayoutDimension;
@interface NSLayoutXAxisAnchor : NSLayoutAnchor <NSLayoutXAxisAnchor*>
@end
@interface NSLayoutYAxisAnchor : NSLayoutAnchor <NSLayoutYAxisAnchor*>
@end
@interface NSLayoutDimension : NSLayoutAnchor <NSLayoutDimension*>
- (NSLayoutConstraint*)constraintEqualToConstant:(CGFloat)constant;
- (NSLayoutConstraint*)constraintEqualToAnchor:(NSLayoutDimension*)anchor
                                    multiplier:(CGFloat)multiplier;
- (NSLayoutConstraint*)
    constraintLessThanOrEqualToAnchor:(NSLayoutDimension*)anchor
                           multiplier:(CGFloat)multiplier;
@end

@interface UILayoutGuide : NSObject
@property(readonly, strong) NSLayoutXAxisAnchor* leadingAnchor;
@property(readonly, strong) NSLayoutXAxisAnchor* trailingAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* topAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* bottomAnchor;
@property(readonly, strong) NSLayoutYAxisAnchor* centerYAnchor;
@property(readonly, strong) NSLayoutDimension* widthAnchor;
@property(readonly, strong) NSLayoutDimension* heightAnchor;
@end

typedef NS_OPTIONS(NSUInteger, UIViewAutoresizing) {
  UIViewAutoresizingFlexibleWidth = 1 << 1,
  UIViewAutoresizingFlexibleHeight = 1 << 4,
};
typedef NS_ENUM(NSInteger, UIViewContentMode) {
  UIViewContentModeScaleToFill,
  UIViewContentModeScaleAspectFit,
};

@interface UIView : UIResponder
@property(class, nonatomic, readonly) Class layerClass;
- (instancetype)initWithFrame:(CGRect)frame NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
@property(nonatomic, readonly, strong) CALayer* layer;
@property(nonatomic) CGRect frame;
@property(nonatomic) CGRect bounds;
@property(nonatomic) UIViewContentMode contentMode;
@property(nonatomic) UIViewAutoresizing autoresizingMask;
@property(nonatomic) BOOL translatesAutoresizingMaskIntoConstraints;
@property(nullable, nonatomic, copy) UIColor* backgroundColor;
@property(nonatomic, getter=isHidden) BOOL hidden;
@property(nullable, nonatomic, readonly) UIWindow* window;
@property(nonatomic, readonly, strong) UILayoutGuide* safeAreaLayoutGuide
    API_AVAILABLE(ios(11.0));
@property(nonatomic, readonly, strong) NSLayoutXAxisAnchor* leadingAnchor;
@property(nonatomic, readonly, strong) NSLayoutXAxisAnchor* trailingAnchor;
@property(nonatomic, readonly, strong) NSLayoutYAxisAnchor* topAnchor;
@property(nonatomic, readonly, strong) NSLayoutYAxisAnchor* bottomAnchor;
@property(nonatomic, readonly, strong) NSLayoutYAxisAnchor* centerYAnchor;
@property(nonatomic, readonly, strong) NSLayoutDimension* widthAnchor;
@property(nonatomic, readonly, strong) NSLayoutDimension* heightAnchor;
- (void)addSubview:(UIView*)view;
- (void)removeFromSuperview;
- (void)layoutSubviews;
@end

@class UIViewController;

@interface UIWindow : UIView
- (instancetype)initWithWindowScene:(UIWindowScene*)scene
    NS_DESIGNATED_INITIALIZER API_AVAILABLE(ios(13.0));
@property(nullable, nonatomic, weak)
    UIWindowScene* windowScene API_AVAILABLE(ios(13.0));
@property(nullable, nonatomic, strong) UIViewController* rootViewController;
- (void)makeKeyAndVisible;
@end

@interface UIScrollView : UIView
@property(nonatomic, readonly, strong) UILayoutGuide* contentLayoutGuide
    API_AVAILABLE(ios(11.0));
@property(nonatomic, readonly, strong) UILayoutGuide* frameLayoutGuide
    API_AVAILABLE(ios(11.0));
@property(nonatomic, getter=isScrollEnabled) BOOL scrollEnabled;
@end

typedef NS_ENUM(NSInteger, UILayoutConstraintAxis) {
  UILayoutConstraintAxisHorizontal = 0,
  UILayoutConstraintAxisVertical = 1,
};
typedef NS_ENUM(NSInteger, UIStackViewDistribution) {
  UIStackViewDistributionFill = 0,
  UIStackViewDistributionFillEqually,
};

API_AVAILABLE(ios(9.0))
@interface UIStackView : UIView
- (instancetype)initWithFrame:(CGRect)frame NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithCoder:(NSCoder*)coder NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithArrangedSubviews:(NSArray<__kindof UIView*>*)views;
@property(nonatomic, readonly, copy) NSArray<__kindof UIView*>* arrangedSubviews;
@property(nonatomic) UILayoutConstraintAxis axis;
@property(nonatomic) UIStackViewDistribution distribution;
@property(nonatomic) CGFloat spacing;
- (void)addArrangedSubview:(UIView*)view;
@end

NS_ASSUME_NONNULL_END
}
